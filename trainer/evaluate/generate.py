"""`winnow generate`: a model goes on with a text, token by token, with its keys and values kept."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tokenizers.decoders import DecodeStream

from winnow.trainer.evaluate.sampling import Sampling
from winnow.trainer.model.attention import Cache
from winnow.trainer.run.open_checkpoint import Checkpoint, open_checkpoint

BEFORE = 8
"""Tokens of a prompt that tell how its text goes on; a character has up to four."""


def generate(
    path: Path, prompt: str, tokens: int, sampling: Sampling, seed: int, write: Callable[[str], object]
) -> None:
    """Write the prompt and what the model at `path` (a run, a checkpoint, a model directory) makes of it.

    At most `tokens` tokens, fewer where it ends the document. The same seed gives the same text on one kind of machine.
    """
    checkpoint = open_checkpoint(path)
    known = _known(checkpoint, prompt)
    write(prompt)
    write_tokens(checkpoint.tokenizer.tokenizer, going_on(checkpoint, prompt, tokens, sampling, seed), write, known)
    write("\n")


def text_after(
    checkpoint: Checkpoint, prompt: str, tokens: int, sampling: Sampling, seed: int, agree: Callable[[int], int]
) -> tuple[str, int]:
    """What the model makes of a prompt, without it, and of how many tokens. As of `going_on`."""
    pieces = list[str]()
    made = list(going_on(checkpoint, prompt, tokens, sampling, seed, agree))
    write_tokens(checkpoint.tokenizer.tokenizer, iter(made), pieces.append, _known(checkpoint, prompt))
    return "".join(pieces), len(made)


def _known(checkpoint: Checkpoint, prompt: str) -> list[int]:
    return [int(token) for token in checkpoint.tokenizer.encode([prompt])[0]]


def write_tokens(
    tokenizer: Tokenizer, tokens: Iterator[int], write: Callable[[str], object], known: Sequence[int] = ()
) -> None:
    """Write the text of tokens as they come, characters of several tokens whole. `known`: the tokens before them, whose
    text stands there already; a decoder may take a space away where a text begins."""
    known = list(known)
    words = _decoder(tokenizer, known)
    for token in tokens:
        try:
            piece = words.step(tokenizer, token)
        except Exception:  # noqa: BLE001  # `tokenizers` raises nothing narrower where bytes before are no character
            words = _decoder(tokenizer, known)
            piece = words.step(tokenizer, token)
        if piece:
            write(piece)
            known = [token]


def _decoder(tokenizer: Tokenizer, known: Sequence[int]) -> DecodeStream:
    """One that has read the last of these tokens."""
    words = DecodeStream(skip_special_tokens=True)
    for token in known[-BEFORE:]:
        with contextlib.suppress(Exception):  # as above
            words.step(tokenizer, token)
    return words


@torch.no_grad()
def going_on(
    checkpoint: Checkpoint, prompt: str, tokens: int, sampling: Sampling, seed: int,
    agree: Callable[[int], int] = lambda token: token,
) -> Iterator[int]:  # fmt: skip
    """The tokens after `prompt`, read as a document's beginning, without the end-of-text at which they stop. agree:
    what all ranks take for a token.

    When the model's context is full, its later half is read again and the rest forgotten.
    """
    model, words = checkpoint.model, checkpoint.tokenizer
    generator = torch.Generator().manual_seed(seed % (1 << 63))
    known = _known(checkpoint, prompt)
    unread = [words.begin, *known]
    context = min(model.layout.context, len(unread) + tokens)  # room for more would only fill the memory
    cache = _cache(checkpoint, context)
    for _ in range(tokens):
        if cache.length + len(unread) > context:
            cache, unread = _cache(checkpoint, context), known[-max(1, context // 2) :]
        states = model.hidden(torch.tensor([unread], device=model.head.device), cache=cache)
        logits = model.logits(states[0, -1])[: words.vocab]  # the rows behind only fill a tile
        token = agree(sampling.choose(logits.cpu(), generator))
        if token == words.end:
            return
        yield token
        known.append(token)
        unread = [token]


def _cache(checkpoint: Checkpoint, positions: int) -> Cache:
    model = checkpoint.model
    return Cache(model.layout, 1, positions, model.dtype, model.head.device)
