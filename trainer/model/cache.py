"""Keys and values of the tokens so far, so that the next token costs one position and not all of them.

B rows, K heads of keys and values, S positions in all, W width of a head.
"""

import torch
from torch import Tensor

from winnow.trainer.config.layouts import Layout
from winnow.trainer.errors import BadCall


class Cache:
    """Room for `positions` tokens of every layer; `length` of them are in use."""

    def __init__(self, layout: Layout, rows: int, positions: int, dtype: torch.dtype, device: torch.device) -> None:
        if not layout.causal:
            raise BadCall(f"{layout.architecture} sees both directions; it fills masks and cannot go on from a prompt")
        self.length = 0
        shape = (2, layout.layers, rows, layout.kv_heads, positions, layout.head_width)
        self._room = torch.zeros(shape, dtype=dtype, device=device)

    def extend(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Put in key and value ([B, K, T, W]) behind what is there; all of them so far, [B, K, length + T, W] each.

        `length` itself moves once all layers have been extended: the model does it.
        """
        stop = self.length + key.shape[2]
        self._room[0, layer, :, :, self.length : stop] = key
        self._room[1, layer, :, :, self.length : stop] = value
        return self._room[0, layer, :, :, :stop], self._room[1, layer, :, :, :stop]
