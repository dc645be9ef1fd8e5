"""Which tokens the masked objective hides (Devlin et al. 2019, BERT, section 3.1; Wettig et al. 2023 for the share).

A function of seed, step and the row's number in the global batch alone: neither device nor rank nor micro-batch enters.
Each row hides the same number of tokens, `share` of its length, so that the number of targets is known beforehand.
"""

from collections.abc import Sequence

import numpy
from numpy.typing import NDArray

from winnow.trainer.config.settings import Config, Masking
from winnow.trainer.hashes import hash_text
from winnow.trainer.model.loss import IGNORED


def hidden_per_row(length: int, settings: Masking) -> int:
    """The most tokens that `mask` hides in a row of `length` tokens."""
    return max(1, round(settings.share * length))


def targets_per_row(config: Config) -> int:
    """The most positions of a row that the loss counts: all of them, but for what an encoder sees."""
    length = config.model.context
    return hidden_per_row(length, config.masking) if config.objective == "masked" else length


def mask(
    tokens: NDArray[numpy.int64], settings: Masking, *, vocab: int, mask_id: int, special: Sequence[int],
    key: tuple[int, int, int],
) -> tuple[NDArray[numpy.int64], NDArray[numpy.int64]]:  # fmt: skip
    """Inputs and targets, int64 [rows, length] each: targets are loss.IGNORED wherever the loss looks away.

    tokens: int64 [rows, length]. vocab: the tokenizer's length. special: ids that are never hidden and never drawn, the
    mask's own among them. key: seed, step, and the number of the first row in the step's global batch.
    A row with fewer ordinary tokens than are to be hidden has all of them hidden.
    """
    seed, step, first = key
    inputs = tokens.copy()
    targets = numpy.full_like(tokens, IGNORED)
    ordinary = numpy.setdiff1d(numpy.arange(vocab), numpy.asarray(special))
    hideable = ~numpy.isin(tokens, numpy.asarray(special))
    count = hidden_per_row(tokens.shape[1], settings)
    for row in range(len(tokens)):
        numbers = hash_text(f"mask\n{seed}\n{step}\n{first + row}", 16)
        draw = numpy.random.Generator(numpy.random.Philox(key=numbers))
        order = numpy.where(hideable[row], draw.random(tokens.shape[1]), 2.0).argsort(kind="stable")
        chosen = order[: min(count, int(hideable[row].sum()))]
        fate = draw.random(len(chosen))
        drawn = ordinary[draw.integers(0, len(ordinary), len(chosen))] if len(ordinary) else tokens[row, chosen]
        targets[row, chosen] = tokens[row, chosen]
        shown = numpy.where(fate < settings.keep + settings.random, drawn, mask_id)
        inputs[row, chosen] = numpy.where(fate < settings.keep, tokens[row, chosen], shown)
    return inputs, targets
