"""The language model, for tests that ask it."""

import pytest

from winnow.pipelines.annotators.identifier import Identifier
from winnow.pipelines.annotators.language import Language
from winnow.pipelines.annotators.models import MissingModel


@pytest.fixture(scope="session")
def model() -> Identifier:
    """lid.176; a test that asks for it is skipped where it was not fetched."""
    try:
        return Language().load()
    except MissingModel as missing:
        pytest.skip(str(missing))
