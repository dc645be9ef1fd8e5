"""The card's last section: recipe and versions."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import code, prose


def render(ledger: Ledger) -> str:
    """One paragraph."""
    versions = ", ".join(f"{prose(name)} {prose(version)}" for name, version in ledger.versions.items())
    inputs = "inputs, earlier builds" if ledger.against else "inputs"
    if ledger.forgotten.total.records:
        inputs += ", without the records removed on request"
    return (f"Recipe {code(ledger.recipe.name)}, SHA-256 of its lock file {code(ledger.recipe.sha256)}; "
            f"`recipe.lock.toml` holds every setting, definition and model. The same {inputs}, recipe and versions "
            f"give the same bytes: {versions}.")  # fmt: skip
