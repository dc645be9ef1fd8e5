"""The command `winnow robots`: from the robots.txt in WARC files to one table of hosts."""
