"""The card's examples: ten documents that were kept, ten that were not, each with its value and its limit."""

from collections.abc import Mapping

from winnow.pipelines.corpus.surveyed import Example
from winnow.pipelines.corpus.tables import EARLIER, EXACT, NEAR, PAYLOAD
from winnow.pipelines.ledger.types import Ledger, RuleCount
from winnow.pipelines.plan.names import REJECTED
from winnow.pipelines.views.card.markdown import block, code
from winnow.pipelines.views.funnel import funnel
from winnow.pipelines.views.tabular import count, limit, measure_beside, percent, verdict

EXAMPLES = 10


def kept(ledger: Ledger) -> str:
    """Kept documents, chosen by their ids, each with the limit that it came nearest to breaking."""
    examples = ledger.examples.kept[:EXAMPLES]
    if not examples:
        return "No document was kept."
    rules = {rule.rule: rule for rule in ledger.rules}
    about = "Chosen by a hash of their ids, not by hand. Each names the limit that it came nearest to breaking."
    return "\n\n".join([about, *(_example(e, _nearest(e, rules)) for e in examples)])


def rejected(ledger: Ledger) -> str:
    """Rejected documents, one of each rule from the most frequent on, then a second of each."""
    if REJECTED in ledger.left_out:
        return "Left out of this copy, as rejected/ is."
    examples = spread(ledger)
    if not examples:
        return "Nothing was rejected."
    about = "One for each rule, from the one that dropped most on, then a second. Texts are as they were before edits."
    return "\n\n".join([about, *(_example(e, _reason(e)) for e in examples)])


def spread(ledger: Ledger) -> list[Example]:
    """Up to ten of the rejected examples, spread over the rules."""
    by_rule = ledger.examples.rejected
    dropped: dict[str, int] = {}
    for stage in funnel(ledger, ledger.total):
        for rule, n in stage.rules.items():
            dropped[rule] = dropped.get(rule, 0) + n
    order = sorted(by_rule, key=lambda rule: (-dropped.get(rule, 0), rule))
    rounds = max(map(len, by_rule.values()), default=0)
    return [by_rule[rule][i] for i in range(rounds) for rule in order if i < len(by_rule[rule])][:EXAMPLES]


def _example(example: Example, reason: str) -> str:
    facts = [code(example.url, 200)] if example.url else []
    facts += [code(example.language)] if example.language else []
    facts += [f"{count(example.characters)} characters", f"id {code(example.id)}"]
    text = example.text
    cut = " …" if text and example.characters > len(text) else ""
    return f"**{reason}**  \n{' · '.join(facts)}\n\n{block(text + cut)}"


def _reason(example: Example) -> str:
    rule = code(example.rule or "")
    if example.rule in (EXACT, NEAR, EARLIER):
        similar = "" if example.value is None else f"{percent(example.value)} "
        like = "the very text of" if example.rule == EXACT else f"{similar}similar to"
        return f"{rule}: {like} a document that {'an earlier build keeps' if example.rule == EARLIER else 'was kept'}"
    if example.rule == PAYLOAD:
        return f"{rule}: the payload of a record that was read in its place"
    told = verdict(example.value, example.limit)
    return f"{rule}: {told}" if told else rule


def _nearest(example: Example, rules: Mapping[str, RuleCount]) -> str:
    rule = rules.get(example.rule or "")
    if rule is None or example.value is None:
        return "kept"
    limits = rule.limits(example.language)
    value = measure_beside(example.value, (limits.min, limits.max))
    return f"{code(rule.rule)}: {value}, {limit(limits.min, limits.max)}"
