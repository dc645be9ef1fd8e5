"""Licences: Winnow beside scancode on the licence texts and the metadata of the largest installed packages.

Both read the same files: of every package its METADATA and what is called as a licence. Compared are, file by file, the
sets of SPDX identifiers that they find in a text (without "or later", and without scancode's own LicenseRef names), and
the CPU seconds; and, package by package, what Winnow says of it with what its METADATA declare. scancode runs once over
all files, its start is not counted. A file in which they differ is printed with both answers.

    uv venv SCAN && uv pip install --python SCAN/bin/python scancode-toolkit-mini 'pluggy<1.4' 'click<8.2' setuptools
    python -m benchmarks.licenses --scancode SCAN/bin/scancode [--packages 40]
"""

import argparse
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from winnow.pipelines.sources.code.facts import packages, spdx, texts
from winnow.pipelines.sources.code.facts.files import is_evidence, is_license_text
from winnow.pipelines.sources.code.facts.licenses import Licenses

SCANCODE_ONLY = "LicenseRef-scancode-"


@dataclass(frozen=True)
class Compared:
    """One text as both see it."""

    path: str
    ours: frozenset[str]
    theirs: frozenset[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scancode", type=Path, help="the command; without it only the metadata are compared")
    parser.add_argument("--packages", type=int, default=40, metavar="N", help="so many of the largest")
    parser.add_argument("--site", type=Path, default=Path(sysconfig.get_path("purelib")), metavar="DIR")
    asked = parser.parse_args()
    folders = largest(asked.site, asked.packages)
    files = {name: path for folder in folders for name, path in sorted(evidence(asked.site, folder).items())}
    spent, found = ours({name: path.read_bytes() for name, path in files.items()})
    print(declared_table(folders, files, found))
    print(f"\nWinnow: {len(files)} files in {spent:.2f} s of CPU, {1000 * spent / len(files):.1f} ms a file, cold")
    if asked.scancode:
        compared, theirs = beside(asked.scancode, {n: p for n, p in files.items() if is_license_text(n)})
        print(agreement(compared, theirs))


def largest(site: Path, count: int) -> list[str]:
    """The folders NAME.dist-info of the packages with the most bytes."""
    sizes: dict[str, int] = {}
    for path in sorted(site.glob("*.dist-info")):
        listed = metadata.PathDistribution(path).files or ()
        sizes[path.name] = sum(file.size or 0 for file in listed)
    return sorted(sizes, key=lambda name: (-sizes[name], name))[:count]


def evidence(site: Path, folder: str) -> dict[str, Path]:
    """By path, the files that speak of a package's licence."""
    paths = [path for pattern in ("*", "licenses/*") for path in (site / folder).glob(pattern) if path.is_file()]
    named = {path.relative_to(site).as_posix(): path for path in paths}
    return {name: path for name, path in named.items() if is_evidence(name)}


def ours(contents: dict[str, bytes]) -> tuple[float, Licenses]:
    began = time.process_time()
    found = Licenses.of(contents)
    return time.process_time() - began, found


def declared_table(folders: list[str], files: dict[str, Path], found: Licenses) -> str:
    """A row a package: what METADATA declare, and what Winnow says."""
    rows, same = ["| package | METADATA | Winnow | |", "|---|---|---|---|"], 0
    for folder in folders:
        said = packages.declared(f"{folder}/METADATA", files[f"{folder}/METADATA"].read_bytes())
        declared, ours = said and said.expression(()), found.above(folder).expression
        right = declared == ours if declared else ours is not None
        same += right
        rows.append(f"| {folder.removesuffix('.dist-info')} | {declared or '(no licence by its name)'} | {ours} | "
                    f"{'' if right else 'differs'} |")  # fmt: skip
    return "\n".join([*rows, f"\n{same} of {len(folders)} packages as their metadata say"])


def beside(scancode: Path, files: dict[str, Path]) -> tuple[list[Compared], float]:
    """Every text as both see it, and the seconds that scancode spent on all."""
    with tempfile.TemporaryDirectory() as held:
        names = {f"{number:04}.txt": name for number, name in enumerate(files)}
        for short, name in names.items():
            shutil.copy(files[name], Path(held, short))
        out = Path(held, "result.json")
        options = ["--license", "--timing", "--quiet", "--processes", "0", "--json", str(out)]
        subprocess.run([str(scancode), *options, held], check=True, stdout=sys.stderr, stderr=subprocess.DEVNULL)
        scanned = [file for file in json.loads(out.read_text())["files"] if Path(file["path"]).name in names]
    compared = [
        Compared(name, _ours(files[name]), _names(file.get("detected_license_expression_spdx") or ""))
        for file in scanned if (name := names[Path(file["path"]).name])
    ]  # fmt: skip
    return compared, sum(file["scan_timings"].get("licenses", 0.0) for file in scanned)


def _ours(path: Path) -> frozenset[str]:
    found = texts.identify(path.read_text(encoding="utf-8", errors="replace"))
    return frozenset(name for match in found for name in _names(match.expression))


def _names(expression: str) -> frozenset[str]:
    return frozenset(name for name in spdx.names_in(expression) if not name.startswith(SCANCODE_ONLY))


def agreement(compared: list[Compared], seconds: float) -> str:
    same = [each for each in compared if each.ours == each.theirs]
    less = [each for each in compared if each.ours < each.theirs]
    others = [each for each in compared if not each.ours <= each.theirs]
    lines = [
        f"scancode: {len(compared)} texts in {seconds:.2f} s, {1000 * seconds / len(compared):.1f} ms a text",
        f"the same identifiers in {len(same)}, only some of scancode's in {len(less)}, others in {len(others)}",
    ]
    for title, each_of in (("only some", less), ("others", others)):
        lines += [f"  {title}: {each.path}\n    Winnow {', '.join(sorted(each.ours)) or 'nothing'}\n"
                  f"    scancode {', '.join(sorted(each.theirs)) or 'nothing'}" for each in each_of]  # fmt: skip
    return "\n".join(lines)


if __name__ == "__main__":
    main()
