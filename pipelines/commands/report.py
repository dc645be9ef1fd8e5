"""`winnow report` and `winnow browse`: a finished build as one page, and two builds side by side."""

import argparse

from winnow.pipelines.commands.parser import RAW, Commands
from winnow.pipelines.errors import BadCall

EXAMPLES = """\
examples:
  winnow report corpus-1                               write corpus-1/report.html again
  winnow report corpus-1 --output /tmp/page.html       write it elsewhere
  winnow report corpus-1 corpus-2 --output both.html   what two builds make of their inputs, side by side
  winnow report corpus-1 --tokenizer DIR               count tokens too, of every text that it holds
  winnow report corpus-1 --json                        what the page holds, as JSON (docs/report.md)
"""


def add(commands: Commands) -> None:
    report = commands.add_parser(
        "report", help="write a build's report.html again, or compare two builds", allow_abbrev=False,
        formatter_class=RAW, epilog=EXAMPLES,
    )  # fmt: skip
    report.add_argument("dir", metavar="DIR")
    report.add_argument("other", metavar="DIR2", nargs="?", help="another build, to be compared with it")
    report.add_argument("--output", metavar="FILE", help="the page (default: report.html in DIR)")
    report.add_argument("--tokenizer", metavar="DIR", help="a folder with a tokenizer.json: count in its tokens too")
    report.add_argument("--json", action="store_true", help="print the data of the page, and write nothing")
    report.set_defaults(run=_report)
    browse = commands.add_parser("browse", help="open a build's report.html in the browser", allow_abbrev=False)
    browse.add_argument("dir", metavar="DIR")
    browse.set_defaults(run=_browse)


def _report(given: argparse.Namespace) -> int:
    from winnow.pipelines.views.report import written

    if given.json and given.output is not None:
        raise BadCall("--json prints the data and writes nothing: leave --output out")
    if given.tokenizer and given.other is not None:
        raise BadCall("--tokenizer counts the tokens of one build: leave DIR2 or --tokenizer out")
    if given.json:
        print(written.as_json(given.dir, given.other, given.tokenizer))
        return 0
    if given.other is not None and given.output is None:
        raise BadCall("two builds are compared on a page of its own: name it with --output FILE")
    print(written.write_page(given.dir, given.other, given.output, given.tokenizer))
    return 0


def _browse(given: argparse.Namespace) -> int:
    import pathlib
    import sys
    import webbrowser

    from winnow.pipelines.views.report.written import report_at

    path = report_at(given.dir)
    print(path)
    if not webbrowser.open(pathlib.Path(path).resolve().as_uri()):
        print("winnow: no browser was found here; open that file in one", file=sys.stderr)
    return 0
