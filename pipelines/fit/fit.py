"""Fitting, from the call to what was found:  files -> documents of the language -> sample -> stop words -> measures ->
limits.

Only the sample is measured, so the time for a large reference is that of reading it and of telling its languages.
"""

import collections
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace

from winnow.pipelines.display import Display
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import ASIDE, Storage
from winnow.pipelines.fit import rules
from winnow.pipelines.fit.fitted import FORMAT, Fitted, Reference, StopWord, StopWords
from winnow.pipelines.fit.measured import Measured, measure, without_limits
from winnow.pipelines.fit.reference import Met, documents, files_of
from winnow.pipelines.fit.rules import LEAST, Asked, judged
from winnow.pipelines.fit.sample import Sample
from winnow.pipelines.fit.stop_words import RULE as STOP_WORDS
from winnow.pipelines.fit.stop_words import most_frequent, with_stop_words
from winnow.pipelines.ingest.chain import carefully
from winnow.pipelines.plan.names import UNKNOWN
from winnow.pipelines.recipe.model import Recipe, Step
from winnow.pipelines.recipe.strict import suggest

Words = tuple[StopWord, ...]
_SHOWN = 10
"""Languages that a message names."""


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    recipe: Recipe
    reference: tuple[str, ...]
    language: str
    output: str
    source: str
    """The recipe's, whose steps measure."""
    asked: Asked
    sample: int


def source_of(recipe: Recipe, given: str | None) -> str:
    """The source that is meant; BadCall where there are several and none is named."""
    names = [source.name for source in recipe.sources]
    if given is None and len(names) == 1:
        return names[0]
    if given is None:
        raise BadCall(f"the recipe {recipe.name!r} has several sources: say with --source whose steps are meant, "
                      f"{', '.join(names)}")  # fmt: skip
    if given not in names:
        raise BadCall(f"--source {given}: the recipe {recipe.name!r} has no such source{suggest(given, names)}")
    return given


def require_rules(recipe: Recipe, source: str, asked: Asked) -> None:
    """BadCall where nothing is there to fit."""
    names = [f"{step.name}.{rule.name}" for step, rule in judged(recipe.steps_of(source))]
    if not names:
        raise BadCall(f"the recipe {recipe.name!r} has no step that measures text by a limit for source {source!r}")
    for name in asked.rules:
        if name not in names:
            raise BadCall(f"--rules {name}: the recipe has no such rule with a limit{suggest(name, names)}")


def fit(storage: Storage, request: Request, display: Display) -> Fitted:
    """Read, measure and fit. BadCall where there is too little text in the language."""
    steps = [step.of(request.language) for step in request.recipe.steps_of(request.source)]
    asked = request.asked
    require_rules(request.recipe, request.source, asked)
    late = [step for step in steps if step.needs_text]
    beside = os.path.dirname(os.path.abspath(request.output))
    os.makedirs(beside, exist_ok=True)
    with tempfile.TemporaryFile(dir=beside, prefix=f"{ASIDE}fit-") as texts:
        sample = Sample(texts, request.sample)
        reference = _read(storage, request, late, sample, display)
        chain, words = _with_stop_words(late, sample, request.asked)
        with display.stage("measures", len(sample)) as show:
            measured = measure(sample.documents(), chain, show)
    lost = {**reference.lost} | ({"measure.error": measured.failed} if measured.failed else {})
    return _fitted(request, chain, words, replace(reference, lost=dict(sorted(lost.items()))), measured)


def _read(storage: Storage, request: Request, steps: Sequence[Step], sample: Sample, display: Display) -> Reference:
    """Offer every document of the language to the sample."""
    source = request.recipe.source(request.source)
    files, told = files_of(storage, request.reference, source, request.output)
    if told:
        display.say(told)
    met, languages = Met(), collections.Counter[str]()
    annotators = [without_limits(step) for step in steps if step.annotator]
    with display.stage("reference", sum(file.input.size for file in files)) as show:
        for document in documents(storage, files, met, show):
            done = carefully(document, annotators, {})
            if done.error is not None:
                met.lost[done.error.rule] += 1
                continue
            languages[done.document.language or UNKNOWN] += 1
            if done.document.language == request.language:
                sample.add(document)
    ordered = dict(sorted(languages.items(), key=lambda item: (-item[1], item[0])))
    _require_enough(request, sample, ordered, met)
    lost = dict(sorted(met.lost.items()))
    return Reference(request.reference, len(files), met.records, met.documents, ordered, lost)


def _require_enough(request: Request, sample: Sample, languages: dict[str, int], met: Met) -> None:
    if sample.met >= LEAST:
        return
    given = f"--reference {' '.join(request.reference)}"
    if not met.documents:
        rules = ", ".join(f"{rule} {often:,}" for rule, often in sorted(met.lost.items()))
        raise BadCall(f"{given}: there is no text in it{f' ({rules})' if rules else ''}; the column of the text is "
                      'called "text", or as the recipe\'s source of that kind says')  # fmt: skip
    told = [f"{code} {often:,}" for code, often in languages.items()]
    more = f" and {len(told) - _SHOWN:,} other languages" if len(told) > _SHOWN else ""
    cure = "give more text in it, or another --language"
    if set(languages) == {UNKNOWN}:
        cure = "put a step `language` into the recipe, or name the language of each document in a column `language`"
    raise BadCall(f"{given}: {sample.met:,} documents in {request.language!r}, and limits are fitted to {LEAST} or "
                  f"more; found: {', '.join(told[:_SHOWN])}{more}; {cure}")  # fmt: skip


def _with_stop_words(steps: Sequence[Step], sample: Sample, asked: Asked) -> tuple[list[Step], dict[str, Words]]:
    """(the steps with the stop words that were found, behind each of those the step as it was; the words by step)."""
    chain, found = list[Step](), dict[str, Words]()
    for step in steps:
        if rules.fits_stop_words(step, asked):
            found[step.name] = most_frequent((document.text for document in sample.documents()), step)
            chain += [with_stop_words(step, found[step.name]), replace(step, name=_before(step.name))]
        else:
            chain.append(step)
    return chain, found


def _before(name: str) -> str:
    """What a step is called that measures with the recipe's stop words, beside the one with those that were found."""
    return f"{name} of the recipe"


def _fitted(
    request: Request, chain: Sequence[Step], words: dict[str, Words], reference: Reference, of: Measured
) -> Fitted:
    pairs = judged(step for step in chain if step.name not in set(map(_before, words)))
    found = [rules.fit(step, rule, of, request.asked) for step, rule in pairs]
    after = [(step.name, rules.limits_of(fitted, rule)) for fitted, (step, rule) in zip(found, pairs, strict=True)]
    before = [(_before(step.name) if step.name in words else step.name, rule) for step, rule in pairs]
    held = {name: rule.min or 0 for name, rule in after if rule.name == STOP_WORDS}
    asked = {step.name: rule.min or 0 for step, rule in pairs if rule.name == STOP_WORDS}
    stop_words = [
        StopWords(name, each, held[name], _holding(of, name, held[name]), _holding(of, _before(name), asked[name]))
        for name, each in words.items()
    ]
    return Fitted(
        FORMAT, request.recipe.name, request.source, request.language, request.asked.drop, reference, len(of.seen),
        rules.dropped(of.values, after), rules.dropped(of.values, before), tuple(stop_words), tuple(found),
    )  # fmt: skip


def _holding(of: Measured, step: str, least: float) -> int:
    """Documents that hold so many stop words."""
    return int((of.values[step, STOP_WORDS] >= least).sum())
