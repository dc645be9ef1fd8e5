"""The trainer: from Parquet shards to a base model that can say which document was in which step."""
