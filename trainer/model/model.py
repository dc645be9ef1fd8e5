"""The model: embedding, blocks and head, causal or bidirectional; its parameters carry transformers' names.

    B rows, T tokens of a row, D width, H heads, K heads of keys and values, W width of a head, V rows of the embedding.

Weights are kept in float32; matrix products are in `Model.dtype`, into which weights are cast where they are used;
norms, softmax and loss are in float32 inside.
"""

import functools
from collections.abc import Callable, Iterator
from types import EllipsisType
from typing import Any

import numpy
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from winnow.trainer.config.layouts import Layout
from winnow.trainer.hashes import hash_text
from winnow.trainer.model import attention, block, loss
from winnow.trainer.model.attention import Cache
from winnow.trainer.model.block import Block, Linear, Norm
from winnow.trainer.model.compiled import for_each_shape
from winnow.trainer.parallel import shards
from winnow.trainer.parallel.ranks import ALONE, Ranks

Parts = tuple[Callable[..., Tensor], loss.Piece] | None
Weights = Callable[[str, slice | EllipsisType], Tensor]
"""Of a parameter, by its name, some rows or all."""
LossOf = Callable[..., Tensor]
"""`Model.loss`, or that compiled."""


class Body(nn.Module):
    def __init__(self, layout: Layout) -> None:
        super().__init__()
        zeros = torch.zeros(layout.vocab, layout.width)  # given, lest weights be drawn that are thrown away
        self.embed_tokens = nn.Embedding(layout.vocab, layout.width, _weight=zeros)
        self.layers = nn.ModuleList(Block(layout) for _ in range(layout.layers))
        self.norm = Norm(layout.width, layout.norm_eps)


class Model(nn.Module):
    """A decoder, or an encoder where the layout is not causal."""

    def __init__(self, layout: Layout, dtype: torch.dtype = torch.float32) -> None:
        """Uninitialised: call `initialise` or `fill`. dtype: of the matrix products; may be set anew later."""
        super().__init__()
        self.layout, self.dtype = layout, dtype
        self.recomputed = 0
        """Of so many blocks one keeps nothing but its input for the backward pass, which runs it again; 0: none."""
        self.model = Body(layout)
        if not layout.tied:
            self.lm_head = Linear(layout.width, layout.vocab)

    @property
    def head(self) -> Tensor:
        """The output matrix: [V, D] float32."""
        return self.model.embed_tokens.weight if self.layout.tied else self.lm_head.weight

    def hidden(self, tokens: Tensor, starts: Tensor | None = None, cache: Cache | None = None) -> Tensor:
        """The last norm's output, [B, T, D] in `dtype`.

        tokens: [B, T] int64. starts: [B, T] bool, True where a document begins, on the device or the host; None: each
        row is one document.
        cache: keys and values of what came before, which grows by `tokens` (causal layouts, without starts).
        """
        normed: Tensor = self.model.norm(self._stream(tokens, starts, cache, _run), self.dtype)
        return normed

    def _stream(self, tokens: Tensor, starts: Tensor | None, cache: Cache | None, run: Callable[..., Tensor]) -> Tensor:
        """The residual stream behind the last block: [B, T, D] float32."""
        length = tokens.shape[1]
        if starts is None:
            before = 0 if cache is None else cache.length
            places = torch.arange(before, before + length, device=tokens.device)[None]
        else:
            places = block.positions(attention.moved(starts, tokens.device))
        layout, stretch = self.layout, self.layout.stretch
        turned_by = block.frequencies(layout.head_width, layout.rope_theta, stretch, places.device)
        turn = block.angles(places, turned_by, stretch.attention if stretch else 1.0)
        mask = None
        if cache is None:
            mask = attention.masks(starts, length, layout, self.dtype, tokens.device)
        states: Tensor = self.model.embed_tokens(tokens)
        for number, layer in enumerate(self.model.layers):
            place = 0 if cache is None else number  # one number for all, so that they share one compiled block
            inputs = layer, states, self.dtype, turn, mask, cache, place
            if self.recomputed and number % self.recomputed == 0 and torch.is_grad_enabled():
                states = checkpoint(run, *inputs, use_reentrant=False, preserve_rng_state=False)
            else:
                states = run(*inputs)
        if cache is not None:
            cache.length += length
        return states

    def logits(self, hidden: Tensor) -> Tensor:
        """[..., D] to [..., V], float32."""
        return nn.functional.linear(hidden, self.head.to(hidden.dtype)).float()

    def forward(self, tokens: Tensor, starts: Tensor | None = None) -> Tensor:
        """Logits of all positions, [B, T, V] float32; for training use `loss`, which never holds them all."""
        return self.logits(self.hidden(tokens, starts))

    def loss(
        self, tokens: Tensor, starts: Tensor | None, targets: Tensor, most: int | None = None, parts: Parts = None
    ) -> Tensor:  # fmt: skip
        """The sum over counted positions of -log p(target) in nats, float32 scalar.

        targets: [B, T] int64, loss.IGNORED where a position is not counted. most: how many are counted at most, where
        the caller knows (masking.targets_per_row); the others then cost nothing behind the last block. parts: the
        passes of a module and of a chunk of the loss, compiled. The caller divides by the number of counted positions
        of the whole batch, over all micro-batches and ranks.
        """
        run, piece = parts or (_run, loss.piece)
        states = self._stream(tokens, starts, None, run).flatten(0, 1)
        targets = targets.flatten()
        if most is not None and most < len(targets):
            counted_first = (targets == loss.IGNORED).to(torch.uint8).argsort(stable=True)[:most]
            states, targets = states[counted_first], targets[counted_first]
        return loss.cross_entropy(run(self.model.norm, states, self.dtype), self.head, targets, piece)

    def compiled_loss(self) -> LossOf:
        """`loss`, compiled at its first call: the block once for all layers, the last norm, and the loss of a chunk. A
        run has one or two shapes, each compiled by itself. The model's own stays as it is."""
        options = {"max_pointwise_cat_inputs": 0}  # vectorised copies instead of masked loads
        if self.head.is_cuda:
            options["realize_reads_threshold"] = 8  # norms' gradients in registers: a third less memory gone through
        run, piece = for_each_shape(_run, options=options), for_each_shape(loss.piece, options=options)
        if not shards.is_shard(self.head):
            return functools.partial(self.loss, parts=(run, piece))
        forward = for_each_shape(Block.forward, options=options)  # shards are gathered around it
        for layer in self.model.layers:
            shards.add_pass(layer, "compiled", functools.partial(forward, layer))

        def of_shards(module: nn.Module, *inputs: Any) -> Tensor:
            compiled: Any = getattr(module, "compiled", functools.partial(run, module))
            outputs: Tensor = compiled(*inputs)
            return outputs

        return functools.partial(self.loss, parts=(of_shards, piece))

    def fill(self, weights: Weights, ranks: Ranks = ALONE) -> None:
        """Take over all weights, whole ones one after another; of shards this rank's rows alone."""
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                shards.local(parameter).copy_(weights(name, shards.rows(parameter, ranks)))

    def initialise(self, seed: int) -> None:
        """Draw all weights anew."""
        self.fill(functools.partial(self.drawn, seed))

    def drawn(self, seed: int, name: str, rows: slice | EllipsisType = ...) -> Tensor:
        """Of a new parameter, float32: a function of the seed and its name alone, the same on every device.

        Projections back into the residual stream begin at zero, so that the first steps see the identity (Zhang et al.
        2019, Fixup, section 3); other matrices are normal with deviation 1 / sqrt(inputs). An embedding that is the
        head too has 0.02; one that is not has 0.8 and its head 0.001, as in nanochat (gpt.py): tokens then stand out in
        the residual stream from the beginning.
        """
        outside = {"model.embed_tokens.weight": 0.02 if self.layout.tied else 0.8, "lm_head.weight": 0.001}
        shape = self.get_parameter(name).shape
        if len(shape) == 1 and not name.endswith(".bias"):
            return torch.ones(shape)[rows]
        if name.endswith(("o_proj.weight", "down_proj.weight", ".bias")):
            return torch.zeros(shape)[rows]
        deviation: float = outside.get(name, shape[1] ** -0.5)
        return _normal(seed, name, shape)[rows] * deviation

    def roles(self) -> Iterator[tuple[str, str, nn.Parameter]]:
        """(role, name, parameter) of each parameter; roles: "matrix" (of blocks), "embedding", "head", "norm" (and
        biases)."""
        for name, parameter in self.named_parameters():
            if parameter.dim() == 1:
                yield "norm", name, parameter
            elif name.startswith("model.layers."):
                yield "matrix", name, parameter
            else:
                yield "head" if name.startswith("lm_head.") else "embedding", name, parameter

    def outside_embedding(self) -> int:
        """Parameters outside the embedding, which laws of scaling leave out (Kaplan et al. 2020, section 2.1); a head
        that is a matrix of its own counts, for every token is multiplied with it."""
        return sum(parameter.numel() for role, _, parameter in self.roles() if role != "embedding")

    def matrix_parameters(self) -> int:
        """Parameters that a token is multiplied with: the blocks' matrices and the head (once, also where tied)."""
        blocks = sum(parameter.numel() for role, _, parameter in self.roles() if role == "matrix")
        return blocks + self.layout.vocab * self.layout.width

    def flops_per_token(self, context: int) -> int:
        """Floating-point operations of one training token in windows of `context` tokens, forward and backward.

        6 for each matrix parameter, and 12 H W T a layer for attention, nothing taken off for causality (Chowdhery et
        al. 2022, PaLM, appendix B).
        """
        layout = self.layout
        return 6 * self.matrix_parameters() + 12 * layout.layers * layout.heads * layout.head_width * context


def bare(layout: Layout, dtype: torch.dtype = torch.float32) -> Model:
    """A model without memory (the meta device), whose parameters can be counted, and sharded before there is any."""
    with torch.device("meta"):
        return Model(layout, dtype)


def _run(part: Block | Norm, *inputs: Any) -> Tensor:
    outputs: Tensor = part(*inputs)
    return outputs


def _normal(seed: int, name: str, shape: torch.Size) -> Tensor:
    """Standard normal, float32, from a generator keyed by seed and name."""
    generator = numpy.random.Generator(numpy.random.Philox(key=hash_text(f"{seed}\n{name}", 16)))
    return torch.from_numpy(generator.standard_normal(tuple(shape), dtype=numpy.float32))
