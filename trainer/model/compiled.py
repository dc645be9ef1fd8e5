"""Functions that are compiled for each shape, of which there may be so many and no more.

Past its limit torch would compile nothing further and run what is left as it is written, which for FlexAttention means
to hold all scores: gigabytes, and a tenth of the speed, with a warning that nobody reads. Here that is an error.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import torch

from winnow.trainer.errors import RunFailed

T = TypeVar("T")
SHAPES = 32
"""Of a function, at most: a few sizes of the calibration, one of evaluations, one or two of training."""


def for_each_shape(function: Callable[..., T], **options: Any) -> Callable[..., T]:
    """`function`, compiled anew at the first call with each shape. RunFailed where there are more than SHAPES."""
    from torch._dynamo.exc import FailOnRecompileLimitHit  # the compiler, which takes a second to load

    limits: Any = torch._dynamo.config
    limits.recompile_limit = max(limits.recompile_limit, SHAPES)
    compiled: Callable[..., T] = torch.compile(function, dynamic=False, fullgraph=True, **options)

    def called(*inputs: Any, **named: Any) -> T:
        try:
            return compiled(*inputs, **named)
        except FailOnRecompileLimitHit:
            raise RunFailed(
                f"{function.__name__} would be compiled for more than {limits.recompile_limit} shapes, and torch stops "
                'there: fix machine.micro_rows, or say machine.compile="no"'
            ) from None

    return called
