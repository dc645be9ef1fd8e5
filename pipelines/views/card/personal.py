"""The card's section on personal data: what was masked and how often, and what nobody looked for."""

from collections.abc import Iterable

from winnow.pipelines.ledger.types import Ledger, StepName
from winnow.pipelines.views.card.markdown import code, table
from winnow.pipelines.views.tabular import count

_MASKS = ("mask_personal", "mask_secrets")
_CALLED = {"emails": "e-mail addresses", "ip_addresses": "IPv4 addresses"}
_REST = ("Names, telephone numbers, postal addresses, numbers of accounts and papers, IPv6 addresses and all other "
         "personal data were not looked for: they are as they were published.")  # fmt: skip
_STILL_THERE = ("What was masked can be read in the column `edits`, which leads back to the text as extracted: leave "
                "it out where that must not be.")  # fmt: skip


def render(ledger: Ledger) -> str:
    """What was done, a table of it, and what was not done."""
    rows = [
        [_CALLED.get(what) or code(what, cell=True), code(step.name, cell=True),
         ", ".join(code(name, cell=True) for name in _sources(ledger, step)), count(times)]
        for step in _masking(ledger) for what, times in ledger.edits[step.name].items()
    ]  # fmt: skip
    first, *rest = lines(ledger)
    head = ["masked", "by the step", "in", "times"]
    about = ("Times are counted in all documents that the step reached, those too that were dropped later. Where it is "
             "0 none was found, or the recipe has that kind left alone.")  # fmt: skip
    return "\n\n".join([first, *([table(head, rows, "lllr"), about] if rows else []), *rest])


def lines(ledger: Ledger) -> list[str]:
    """The same in sentences, without numbers."""
    steps = _masking(ledger)
    kinds = dict.fromkeys(_CALLED.get(what, what.replace("_", " ")) for step in steps
                          for what, times in ledger.edits[step.name].items() if times)  # fmt: skip
    if not steps:
        return ["Personal data was not looked for and not masked: it is as it was published."]
    if not kinds:
        return ["Steps that mask addresses or secrets looked and masked none.", _REST]
    return [f"Masked in place: {', '.join(kinds)}.", _STILL_THERE, *_unmasked(ledger, steps), _REST]


def masked(ledger: Ledger) -> bool:
    """Whether anything was."""
    return any(sum(ledger.edits[step.name].values()) for step in _masking(ledger))


def _masking(ledger: Ledger) -> list[StepName]:
    return [step for step in ledger.steps if step.use in _MASKS and step.name in ledger.edits]


def _unmasked(ledger: Ledger, steps: Iterable[StepName]) -> list[str]:
    """Sources for which no step masks anything."""
    masked = {name for step in steps for name in _sources(ledger, step)}
    left = [code(name) for name in ledger.sources if name not in masked]
    return [f"Nothing was masked in {', '.join(left)}."] if left else []


def _sources(ledger: Ledger, step: StepName) -> list[str]:
    """The sources with input that a step was for."""
    return [name for name in ledger.sources if not step.sources or name in step.sources]
