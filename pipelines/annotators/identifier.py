"""Models that identify languages: fastText classifiers (Joulin et al. 2016, https://arxiv.org/abs/1607.01759).

Which one a step asks is said by three settings that all such steps share. lid.176 lies in the cache, where `winnow
models fetch` puts it. Others are files that the user brings and names, with whose model it is:

    model = "glotlid"        # GlotLID (Kargaran et al. 2023, https://arxiv.org/abs/2310.16248), Apache-2.0
    file = "model_v3.bin"    # beside the recipe; its digest is locked, and workers get it with the plan

The model is asked through the raw binding, since fastText 0.9.3's own `predict` fails beside NumPy 2.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from winnow.filters.setting_checks import NotAllowed
from winnow.pipelines.annotators.language_codes import code_of
from winnow.pipelines.annotators.models import MODELS, MissingModel, cached_model, digest_of

GLOTLID, OPENLID, ANY = "glotlid", "openlid", "fasttext"
BROUGHT = {
    GLOTLID: "model_v3.bin of GlotLID (cis-lmu/glotlid, Apache-2.0)",
    OPENLID: "the model of OpenLID (laurievb/OpenLID-v2, GPL-3.0)",
    ANY: "a fastText model whose labels are languages",
}
"""What `model` can say of a `file`, and what that file is. None is part of Winnow."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LABEL = "__label__"
_MAGIC = (793_712_314).to_bytes(4, "little")
"""Every fastText model begins so."""
_OF_ONE_LANGUAGE = 8
"""Labels that are asked for where several can be one language, in several scripts."""


@dataclass(frozen=True)
class Identifies:
    """The settings of a step that asks a model for languages."""

    model: str = "lid.176.ftz"
    """The model's file in the cache; of a `file`, whose it is: "glotlid", "openlid", or "fasttext" for any other."""
    sha256: str = MODELS["lid.176.ftz"].sha256
    """Of that file: another one is refused. Of a `file` it may be left out, for the lock names it."""
    file: str = ""
    """The model as a file beside the recipe, with labels as `de` or `deu_Latn`."""

    FILES: ClassVar[tuple[str, ...]] = ("file",)

    def __post_init__(self) -> None:
        if self.file and self.sha256 == type(self).sha256:
            object.__setattr__(self, "sha256", "")  # the default is another file's
        if self.file and self.model not in BROUGHT:
            raise NotAllowed("model", self.model, f"of a file it is one of {', '.join(BROUGHT)}")
        if not self.file and self.model in BROUGHT:
            raise NotAllowed("model", self.model, f"get {BROUGHT[self.model]}, and say file = 'FILE'")
        if not self.model.isprintable() or "/" in self.model or self.model in ("", ".", "..") or len(self.model) > 100:
            raise NotAllowed("model", self.model, "wanted the name of a file, without '/'")
        if not _SHA256.fullmatch(self.sha256) and not (self.file and not self.sha256):
            raise NotAllowed("sha256", self.sha256, "wanted 64 hex digits in lower case")

    def check_files(self) -> None:
        """NotAllowed where the file is no fastText model, or another one than `sha256` says."""
        with open(self.file, "rb") as stream:
            if stream.read(len(_MAGIC)) != _MAGIC:
                raise NotAllowed("file", self.file, f"it is no fastText model; wanted {BROUGHT[self.model]}")
        if self.sha256 and (found := digest_of(Path(self.file))) != self.sha256:
            raise NotAllowed("sha256", self.sha256, f"{self.file} has {found}")

    def require(self) -> None:
        """Raise MissingModel where the model is not at hand; it is not loaded."""
        if not self.file:
            cached_model(self.model, self.sha256)

    def load(self) -> "Identifier":
        """Return the model, read once a process; raise MissingModel where it is not at hand, or is none."""
        path = Path(self.file) if self.file else cached_model(self.model, self.sha256)
        return loaded(path, cleaned=self.model == OPENLID)


class Identifier:
    """A model that tells languages.

    Threads may share it: its binding holds Python's lock through a prediction, whose state is the call's own.
    """

    def __init__(self, model: Any, *, cleaned: bool = False) -> None:
        """`cleaned`: it was trained on text without marks and digits, in lower case."""
        labels: list[str] = model.getLabels("strict")[0]
        if not labels or not all(label.startswith(_LABEL) for label in labels):
            raise ValueError("its labels are no languages")
        self._model, self._cleaned = model, cleaned
        self._codes = {label: code_of(label.removeprefix(_LABEL)) for label in labels}
        self._several = len({*self._codes.values()}) < len(labels)

    def predicted(self, text: str, most: int, least: float = 0.0) -> list[tuple[str, float]]:
        """Return (language, probability), the likeliest first; none for a text without words.

        `most` is -1 for all of them; labels below `least` are left out.
        """
        line = text.replace("\n", " ").replace("\r", " ").replace("\0", " ")  # ten times faster than str.translate
        line = line.encode("utf-8", "replace").decode()  # a lone surrogate has no UTF-8
        line = clean(line) if self._cleaned else line
        if not line.strip():
            return []
        asked = max(most, _OF_ONE_LANGUAGE) if self._several and most > 0 else most
        found = self._model.predict(f"{line}\n", asked, least, "strict")
        chances = [(self._codes[label], min(float(probability), 1.0)) for probability, label in found]
        return _summed(chances)[: most if most > 0 else None] if self._several else chances


def _summed(chances: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Each language once, the likeliest first: what is Chinese in either script is Chinese."""
    found = dict[str, float]()
    for code, chance in chances:
        found[code] = min(found.get(code, 0.0) + chance, 1.0)
    return sorted(found.items(), key=lambda of: -of[1])


@functools.cache
def loaded(path: Path, *, cleaned: bool = False) -> Identifier:
    """Return the model in `path`, read once a process; raise MissingModel where it cannot be."""
    from fasttext import FastText  # brings NumPy: not before a model is needed

    model = FastText.fasttext.fasttext()  # the binding itself: `fasttext.load_model` writes a warning on every load
    try:
        model.loadModel(str(path))
        return Identifier(model, cleaned=cleaned)
    except (ValueError, RuntimeError) as error:
        raise MissingModel(f"model {path} cannot be used: {error}; wanted {BROUGHT[ANY]}") from error


class _Cleaned(dict[int, int | None]):
    """What stands for a character, as `str.translate` asks."""

    def __missing__(self, character: int) -> int | None:
        kind = unicodedata.category(chr(character))
        stays = kind[0] in "LM" or kind in ("Nl", "Pc", "Zs") or character in (0x200C, 0x200D)
        self[character] = character if stays else None
        return self[character]


_cleaned = _Cleaned()


def clean(line: str) -> str:
    """A line as OpenLID was trained on it (its `clean_text`): in lower case, without digits and marks."""
    words = " ".join(line.lower().split()).translate(_cleaned)
    return " ".join(words.split())
