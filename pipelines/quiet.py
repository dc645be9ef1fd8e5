"""What libraries say in our processes that is no news to a user. The command asks for it, no import does."""

import functools
import logging
import warnings


@functools.cache
def quiet() -> None:
    """Be silent of these from now on, in this process."""
    logging.getLogger().addFilter(_is_news)  # the root logger's own messages, before anyone can configure it
    logging.getLogger("apache_beam.utils.retry").addFilter(_is_line)
    logging.getLogger("warcio").setLevel(logging.ERROR)  # a space in an address is its news; a record's row is ours
    warnings.filterwarnings("ignore", "Possible nested set", FutureWarning)  # Beam makes a pattern of a path with a [


def _is_news(record: logging.LogRecord) -> bool:
    """Neither a missing Google client, of which Beam warns at every import, nor what is raised as well (s3io)."""
    return "apitools" not in record.getMessage() and record.module != "s3io"


def _is_line(record: logging.LogRecord) -> bool:
    """Leave a line of a message that has a traceback below it: Beam says so that it waits, and asks again."""
    record.msg, record.args = record.getMessage().split("\n", 1)[0], ()
    return True
