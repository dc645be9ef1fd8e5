"""What lies beside the tables of a build and says what they are: the card with its pictures, and croissant.json.

All of it is a function of the ledger alone, so that whoever has a ledger can tell whether these files are its own.
"""

from winnow.pipelines.files.storage import Storage, write_bytes
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import CROISSANT, README
from winnow.pipelines.views import croissant
from winnow.pipelines.views.card import page
from winnow.pipelines.views.pictures import drawn


def beside(ledger: Ledger) -> dict[str, str]:
    """Path under the build's directory -> the text of the file."""
    return {README: page.render(ledger), CROISSANT: croissant.render(ledger), **drawn.pictures(ledger)}


def write_beside(storage: Storage, root: str, ledger: Ledger) -> None:
    """Write all of it."""
    for path, text in beside(ledger).items():
        write_bytes(storage, f"{root}/{path}", text.encode())
