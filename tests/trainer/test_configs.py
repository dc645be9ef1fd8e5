"""The shipped configurations: what their comments say of their sizes holds."""

import pytest

from winnow.trainer.config.config_file import NO_PACK, load, shipped
from winnow.trainer.config.layouts import Layout
from winnow.trainer.plan.plan import bare

SIZES = {  # vocabulary, all parameters, those of the blocks with norms
    "tiny": (4096, 1_902_208, 853_632),
    "10m": (8192, 16_914_816, 10_623_360),
    "30m": (8192, 34_089_472, 25_700_864),
    "124m": (50257, 162_223_872, 84_956_928),
    "350m": (32768, 350_280_704, 283_171_840),
    "1b": (32768, 1_020_353_536, 886_135_808),
}


def test_all_are_known() -> None:
    assert shipped() == list(SIZES)


@pytest.mark.parametrize("name", SIZES)
def test_sizes(name: str) -> None:
    vocab, parameters, blocks = SIZES[name]
    shape = load(name, pack=NO_PACK).model
    model = bare(Layout.of(shape, vocab, "causal"))
    roles = [role for role, _, _ in model.roles()]
    assert sum(p.numel() for p in model.parameters()) == parameters
    assert sum(p.numel() for role, _, p in model.roles() if role in ("matrix", "norm")) == blocks
    assert "head" in roles
    assert model.outside_embedding() == blocks + model.layout.vocab * shape.width
    assert shape.width // shape.heads == (128 if shape.width >= 256 else 64)


@pytest.mark.parametrize("name", SIZES)
def test_steps_are_whole_windows(name: str) -> None:
    config = load(name, pack=NO_PACK)
    assert config.run.batch_tokens % config.model.context == 0
