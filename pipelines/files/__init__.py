"""Files: stored, sealed against damage, as typed JSON, as Parquet."""
