"""The only modules, with build.py, that import apache_beam."""

import logging


def _is_news(record: logging.LogRecord) -> bool:
    return "apitools" not in record.getMessage()


# Beam warns about a missing Google client at every import, through the root logger and before anyone can configure it.
logging.getLogger().addFilter(_is_news)
logging.getLogger("warcio").setLevel(logging.ERROR)  # a space in an address is its news; a record's row is ours
