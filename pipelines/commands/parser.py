"""The parser of the command line: what is wrong with a call is told in one line."""

import argparse
from typing import Any

from winnow.pipelines.text import one_line

RAW = argparse.RawDescriptionHelpFormatter
Commands = Any
"""What argparse gives for subcommands; its type is private."""


class Parser(argparse.ArgumentParser):
    """argparse's, with errors of one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        if message.endswith("required: RECIPE"):
            message += ", which stands before --input: every word after that is a file to read"
        self.exit(2, f"{one_line(f'{self.prog}: {message}; see {self.prog} --help')}\n")
