"""Tables and plain text: JSONL, Parquet, folders of text and Markdown."""
