"""ledger.json: written last of a build, read before anything of it is shown or believed."""

from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.storage import Storage, read_json, write_json
from winnow.pipelines.files.typed import WrongShape, from_json, to_json
from winnow.pipelines.ledger.types import FORMAT, Ledger
from winnow.pipelines.recipe.strict import shown

NAME = "ledger.json"


class BrokenLedger(BuildFailed):
    """ledger.json is not one that a build wrote."""


class OtherFormat(BadCall):
    """ledger.json is of a version of Winnow that writes it otherwise."""


def save(storage: Storage, root: str, ledger: Ledger) -> None:
    write_json(storage, f"{root}/{NAME}", to_json(ledger))


def load(storage: Storage, root: str) -> Ledger:
    """A build's ledger. Raises BrokenLedger if it is damaged, with the place, or OtherFormat."""
    path = f"{root}/{NAME}"
    try:
        value = read_json(storage, path)
    except OSError as error:
        raise BrokenLedger(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, digits or brackets by the thousands
        raise BrokenLedger(f"{path} is damaged") from error
    made_by = value.get("format") if isinstance(value, dict) else None
    if type(made_by) is int and made_by != FORMAT:
        raise OtherFormat(f"{path} has format {shown(made_by)}, this winnow reads {FORMAT}: use the one that wrote it")
    try:
        return from_json(Ledger, value)
    except WrongShape as error:
        raise BrokenLedger(f"{path} is damaged" + (f" at {error.place}" if error.place else "")) from error
