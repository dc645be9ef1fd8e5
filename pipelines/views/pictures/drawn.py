"""Which pictures a build has, and what each one says in words, for those who do not see it."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import FUNNEL, LANGUAGES, LENGTHS
from winnow.pipelines.views.card.distribution import known
from winnow.pipelines.views.pictures import funnel, languages, lengths

_DRAW = {FUNNEL: funnel.draw, LANGUAGES: languages.draw, LENGTHS: lengths.draw}
_SAY = {FUNNEL: funnel.say, LANGUAGES: languages.say, LENGTHS: lengths.say}


def pictures(ledger: Ledger) -> dict[str, str]:
    """Path under the build's directory -> SVG. Where nothing has a text there is only the funnel."""
    return {path: _DRAW[path](ledger) for path in shown(ledger)}


def shown(ledger: Ledger) -> dict[str, str]:
    """Path -> what the picture shows, in a sentence without Markdown's marks; in the order of the card."""
    there = {FUNNEL: True, LANGUAGES: len(known(ledger.kept.language)) > 0, LENGTHS: len(ledger.lengths) > 0}
    return {path: say(ledger) for path, say in _SAY.items() if there[path]}
