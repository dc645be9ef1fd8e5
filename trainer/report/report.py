"""RUN/run.html: how a run went, on one page that needs nothing but itself."""

from pathlib import Path

from winnow.trainer.aside import whole
from winnow.trainer.report import page
from winnow.trainer.report.data import open_run, run_page, told_by
from winnow.trainer.report.history import History

FILE = "run.html"


def write(run: Path, history: History | None = None) -> Path:
    """Draw RUN/run.html of what lies in RUN, as far as it is there; gives its path. history: RUN/metrics.jsonl, where
    it is at hand, as while a run trains."""
    told = open_run(run) if history is None else told_by(run, history)
    path = run / FILE
    with whole(path) as file:
        file.write(page.render(run_page(told)).encode("utf-8", "replace"))
    return path
