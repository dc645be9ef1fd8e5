"""The head of a data card, which the Hugging Face Hub reads: licenses, languages, size, and the files of each table."""

import json
import re
from collections.abc import Sequence

from winnow.pipelines.annotators.language_codes import TWO_LETTERS
from winnow.pipelines.ledger.types import Distribution, Ledger
from winnow.pipelines.plan.names import CORPUS, REJECTED, UNKNOWN, encoded
from winnow.pipelines.text import clean
from winnow.pipelines.views.card.distribution import documents_of, unknown

LICENSES = """
    afl-3.0 agpl-3.0 apache-2.0 artistic-2.0 bsd-2-clause bsd-3-clause bsd-3-clause-clear bsl-1.0 c-uda cc cc-by-2.0
    cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0
    cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cc-by-nd-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc0-1.0
    cdla-permissive-1.0 cdla-permissive-2.0 cdla-sharing-1.0 ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2
    gfdl gpl-2.0 gpl-3.0 isc lgpl-2.1 lgpl-3.0 lppl-1.3c mit mpl-2.0 ms-pl ncsa odbl odc-by ofl-1.1 osl-3.0 pddl
    postgresql unlicense wtfpl zlib
"""
"""The Hub's names of licenses that are SPDX's too, in lower case."""
_UNVERSIONED = re.compile(r"^(gfdl|odbl|odc-by|pddl)-[\d.]+$")
_LANGUAGE = re.compile(r"[a-z]{3}")
_SIZES = ("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T")
_OWN = (CORPUS, REJECTED, "default")
"""Names of configs that are the tables' own; of one called `default` it is said by its name that it is it."""
_NAME = re.compile(r"[^a-z0-9.]+")
_FEW = 3
"""Licenses that one name can hold."""
_LEAST_SHARE = 0.001
"""A language of less is more often a mistake of the model's than a part of the corpus; licenses of less are many."""


def front_matter(ledger: Ledger) -> str:
    """YAML between two lines of dashes. Whatever is not ours is a quoted string (`no` is Norwegian, not false)."""
    licenses, other = licenses_of(licenses_held(ledger.kept.license))
    lines = ["---", f"pretty_name: {_quoted(ledger.recipe.name)}"]
    lines += [f"license: {licenses[0]}"] if len(licenses) == 1 else ["license:", *(f"- {name}" for name in licenses)]
    lines += [f"license_name: {_quoted(_name(other))}"] if other else []
    languages = _languages(ledger)
    lines += ["language:", *(f"- {_quoted(name)}" for name in languages)] if languages else []
    lines += ["size_categories:", f"- {size_category(ledger.total.kept.documents)}"]
    lines += ["task_categories:", "- text-generation", "tags:", "- pretraining", "- winnow"]
    lines += _configs(ledger)
    return "\n".join([*lines, "---"])


def licenses_held(licenses: Distribution) -> list[str | None]:
    """The licenses of at least a thousandth of the documents; None where any has none that is known."""
    least = _LEAST_SHARE * documents_of(licenses)
    held = [name for name, of in licenses.top.items() if of.documents >= least and name != UNKNOWN]
    return held + ([None] if unknown(licenses) else [])


def licenses_of(expressions: Sequence[str | None]) -> tuple[list[str], list[str]]:
    """(the Hub's names, what it has no name for) of SPDX expressions; None is `unknown`."""
    names: set[str] = set()
    other: set[str] = set()
    for expression in expressions:
        if expression is None:
            names.add("unknown")
            continue
        for part in re.split(r"\s+(?:AND|OR)\s+", expression.replace("(", " ").replace(")", " ").strip()):
            name = _UNVERSIONED.sub(r"\1", re.sub(r"-(only|or-later)$", "", "-".join(part.lower().split())))
            if name in LICENSES.split():
                names.add(name)
            else:
                other.add(part.strip())
    return sorted(names | ({"other"} if other else set())) or ["unknown"], sorted(other)


def languages_of(distribution: Distribution) -> list[str]:
    """Codes of the languages that hold at least a thousandth of the documents, most first."""
    top = distribution.top
    least = _LEAST_SHARE * documents_of(distribution)
    return [name for name, count in top.items()
            if count.documents >= least and (name in TWO_LETTERS or _LANGUAGE.fullmatch(name))]  # fmt: skip


def _languages(ledger: Ledger) -> list[str]:
    """`code`, the Hub's word for all programming languages, last."""
    kept = ledger.total.kept.documents
    code = sum(source.total.kept.documents for source in ledger.sources.values() if source.kind == "code")
    return languages_of(ledger.kept.language) + (["code"] if code and code >= _LEAST_SHARE * kept else [])


def size_category(documents: int) -> str:
    """The Hub's bracket: `n<1K`, `1K<n<10K`, ..., `n>1T`."""
    at = next((i for i in range(len(_SIZES)) if documents < 10 ** (3 + i)), len(_SIZES))
    if at == 0:
        return f"n<{_SIZES[0]}"
    return f"{_SIZES[at - 1]}<n<{_SIZES[at]}" if at < len(_SIZES) else f"n>{_SIZES[-1]}"


def _name(licenses: Sequence[str]) -> str:
    """The Hub wants one id: letters, digits, full stops and hyphens."""
    if len(licenses) > _FEW:
        return "several-licenses"
    return _NAME.sub("-", " and ".join(licenses).lower()).strip("-") or "other"


def _configs(ledger: Ledger) -> list[str]:
    """One config a table that has files; the Hub refuses patterns that match none."""
    folders = [(CORPUS, CORPUS)]
    taken = {*_OWN, *map(encoded, ledger.sources)}
    if len(ledger.sources) > 1:
        for folder in map(encoded, ledger.sources):
            folders.append((_free(folder, taken) if folder in _OWN else folder, f"{CORPUS}/{folder}"))
    folders.append((REJECTED, REJECTED))
    configs: list[str] = []
    for name, folder in folders:
        if any(path.startswith(f"{folder}/") for path in ledger.files):
            configs += [f"- config_name: {_quoted(name)}", f"  data_files: {_quoted(f'{folder}/**/*.parquet')}"]
            configs += ["  default: true"] if name == CORPUS else []
    return ["configs:", *configs] if configs else []


def _free(folder: str, taken: set[str]) -> str:
    """A name that no other config has, for a source that is called as one of _OWN."""
    while folder in taken:
        folder = f"source-{folder}"
    taken.add(folder)
    return folder


def _quoted(text: str) -> str:
    """A YAML string: JSON's are."""
    return json.dumps(clean(text), ensure_ascii=False)
