"""Which languages reach a step, and what that forbids: English stop words for other languages, limits by language
before the language is known."""

from collections.abc import Iterable, Sequence

from winnow.filters.families.gopher_quality import STOP_WORDS
from winnow.pipelines.annotators.language import Language
from winnow.pipelines.recipe.model import Step
from winnow.pipelines.recipe.strict import Origin, suggest

_ENGLISH = frozenset(STOP_WORDS)


def kept(steps: Sequence[Step], sources: Iterable[str]) -> frozenset[str] | None:
    """The languages that a step `language` of some of these sources lets through; None where that is every language,
    or the recipe asks for none."""
    found = [_lets_through(steps, source) for source in sources]
    return None if any(of is None for of in found) else frozenset().union(*(of or () for of in found))


def _lets_through(steps: Sequence[Step], source: str) -> frozenset[str] | None:
    """Of one source: what all of its steps `language` let through."""
    found: frozenset[str] | None = None
    for step in _identifiers(steps, source):
        of = step.settings
        assert isinstance(of, Language)
        if of.chooses(step.rules):
            found = frozenset(of.keep) & (frozenset(of.keep) if found is None else found)
    return found


def _identifiers(steps: Sequence[Step], source: str) -> list[Step]:
    return [s for s in steps if isinstance(s.settings, Language) and (not s.sources or source in s.sources)]


def check(steps: Sequence[Step], given: Sequence[Iterable[str]], names: Sequence[str], origin: Origin) -> None:
    """Refuse a recipe of these sources in which a step's own for a language can never hold, or one that holds English
    stop words against another language. `given` are the languages that the recipe itself names, by step."""
    for number, step in enumerate(steps):
        let = kept(steps, step.sources or names)
        for code in given[number]:
            if let is not None and code not in let:
                said = f"step {step.name!r} has something of its own for {code!r}, and no document in it is kept"
                raise origin.fail(("step", number, "languages", code), said + suggest(code, let))
        for source in step.sources or names:
            _known(steps, number, source, origin)
            _spoken(steps, number, source, origin)


def _known(steps: Sequence[Step], number: int, source: str, origin: Origin) -> None:
    step, later = steps[number], _identifiers(steps[number + 1 :], source)
    if step.languages and later:
        raise origin.fail(("step", number), f"step {step.name!r} differs by language, and {later[0].name!r}, which "
                          "finds out the language, comes behind it: put it before")  # fmt: skip


def _spoken(steps: Sequence[Step], number: int, source: str, origin: Origin) -> None:
    step, identifiers = steps[number], _identifiers(steps, source)
    if not identifiers:
        return  # nobody says that the texts are not English
    let = _lets_through(steps, source)
    by = f"step {identifiers[0].name!r} keeps"
    cure = "write by_language = true (the table of languages has them), or give its own"
    for code in sorted(let if let is not None else {code for code, _ in step.languages}):
        if code != "en" and _is_english(step.of(code)):
            raise origin.fail(
                ("step", number),
                f"step {step.name!r} asks for English stop words, and {by} {code!r}: {cure} with "
                f"[step.languages.{code}] stop_words = […]",
            )
    if let is None and _is_english(step):
        raise origin.fail(
            ("step", number),
            f'step {step.name!r} asks for English stop words, and {by} every language: write keep = ["en"] there; or '
            "stop_words = [] here, which asks for none, and by_language = true for those that the table has",
        )


def _is_english(step: Step) -> bool:
    """Whether it drops what holds too few of the English stop words."""
    words = getattr(step.settings, "stop_words", None)
    asked = any(rule.name == "stop_words" and (rule.min or 0) > 0 for rule in step.rules)
    return asked and words is not None and {word.lower() for word in words} == _ENGLISH
