"""What `winnow fit-limits` leaves in its directory."""

import os

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import ASIDE, LocalStorage, is_remote, write_bytes, write_json
from winnow.pipelines.files.typed import to_json
from winnow.pipelines.fit.fitted import Fitted
from winnow.pipelines.fit.fragment import Steps, of_one_language, of_several_languages
from winnow.pipelines.views.fit.page import render

LIMITS, LANGUAGES, JSON, REPORT = "limits.toml", "languages.toml", "fitted.json", "report.html"


def require_free(output: str) -> None:
    """BadCall unless the directory is new, empty, or holds nothing but what this command writes."""
    if is_remote(output):
        raise BadCall(f"--output {output}: the limits are written to this machine; give a directory here")
    if os.path.exists(output) and not os.path.isdir(output):
        raise BadCall(f"--output {output}: that is a file; name a new directory")
    ours = (LIMITS, LANGUAGES, JSON, REPORT)
    names = sorted(os.listdir(output)) if os.path.isdir(output) else []
    if others := [name for name in names if name not in ours and not name.startswith(ASIDE)]:
        raise BadCall(f"--output {output}: it holds {others[0]}, which this command did not write; name a new one")


def written(output: str, found: Fitted, steps: Steps) -> None:
    """Write all of it."""
    storage, folder = LocalStorage(), output.rstrip("/") or "/"
    write_bytes(storage, f"{folder}/{LIMITS}", of_one_language(found, steps).encode())
    write_bytes(storage, f"{folder}/{LANGUAGES}", of_several_languages(found, steps).encode())
    write_json(storage, f"{folder}/{JSON}", to_json(found))
    write_bytes(storage, f"{folder}/{REPORT}", render(found).encode())
