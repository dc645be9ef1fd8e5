"""Fetch what the tests of real engines run on, once: a Flink cluster's jars through Maven, Prism through Go.

python tests/engines/fetch.py        into $XDG_CACHE_HOME/winnow-engines, or ~/.cache/winnow-engines
"""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

POM = Path(__file__).with_name("pom.xml")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "winnow-engines"
JARS = CACHE / f"flink-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"
PRISM = CACHE / f"prism-{metadata.version('apache-beam')}" / "prism"


def main() -> int:
    for tool, what in (("java", "a Java runtime, 17 or newer"), ("mvn", "Maven"), ("go", "Go")):
        if shutil.which(tool) is None:
            print(f"{sys.argv[0]}: the tests of engines need {what}: {tool} is not there", file=sys.stderr)
            return 1
    if not JARS.is_dir():
        half = JARS.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        subprocess.run(["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", "-DincludeScope=runtime",
                        f"-DoutputDirectory={half}"], check=True)  # fmt: skip
        half.rename(JARS)
    if not PRISM.is_file():
        module = f"github.com/apache/beam/sdks/v2/go/cmd/prism@v{metadata.version('apache-beam')}"
        subprocess.run(["go", "install", module], env={**os.environ, "GOBIN": str(PRISM.parent)}, check=True)
    print(f"{JARS}\n{PRISM}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
