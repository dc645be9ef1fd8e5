"""Fetch what the tests in a browser run on, once: Debian's Chromium where no Chromium or Chrome is found, and axe-core.

python tests/browser/fetch_browser.py        axe-core into $XDG_CACHE_HOME/winnow-browser, or ~/.cache/winnow-browser
"""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

AXE, AXE_DIGEST = (
    "4.14.1",
    "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
)
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "winnow-browser"
AXE_SCRIPT = CACHE / f"axe-{AXE}.min.js"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """The first browser of Chromium's kind on the path."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def main() -> int:
    if chromium() is None:
        if shutil.which("apt-get") is None or os.geteuid() != 0:
            print(
                f"{sys.argv[0]}: the tests of pages need Chromium: install it (Debian: apt-get install chromium)",
                file=sys.stderr,
            )
            return 1
        quiet = {
            "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            "check": True,
            "stdout": subprocess.DEVNULL,
        }
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(["apt-get", "install", "-qq", "--yes", "--no-install-recommends", "chromium"], **quiet)
    if shutil.which("npm") is None:
        print(f"{sys.argv[0]}: the tests of pages need npm: install Node", file=sys.stderr)
        return 1
    if not AXE_SCRIPT.is_file():
        _fetch_axe()
    print(f"{chromium()}\n{AXE_SCRIPT}")
    return 0


def _fetch_axe() -> None:
    """The pinned package, of which only the script is kept."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", f"axe-core@{AXE}"], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
        (packed,) = Path(folder).glob("*.tgz")
        digest = "sha512-" + base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if digest != AXE_DIGEST:
            raise SystemExit(f"{sys.argv[0]}: axe-core {AXE} has the digest {digest}, not {AXE_DIGEST}")
        with tarfile.open(packed) as tar:
            script = tar.extractfile("package/axe.min.js")
            assert script is not None
            CACHE.mkdir(parents=True, exist_ok=True)
            half = AXE_SCRIPT.with_suffix(".half")
            half.write_bytes(script.read())
            half.rename(AXE_SCRIPT)


if __name__ == "__main__":
    sys.exit(main())
