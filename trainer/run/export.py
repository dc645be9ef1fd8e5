"""`winnow export`: a checkpoint as a Hugging Face directory in another precision, in shards where it is large.

    config.json, the tokenizer's files    as they were, but for the dtype
    model.safetensors                     or above 5 GB its shards with their index (hf.py)

A file is read and written at a time: memory does not grow with the model.
"""

import json
import math
from collections.abc import Callable
from pathlib import Path

from torch import Tensor

from winnow.trainer import reading
from winnow.trainer.config.layouts import CONFIG
from winnow.trainer.errors import BadCall
from winnow.trainer.figures import size
from winnow.trainer.model import hf
from winnow.trainer.run import checkpoint
from winnow.trainer.run.calibrate import DTYPES
from winnow.trainer.run.checkpoint_folders import STATE, find_checkpoint, problem

BESIDE = ("generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
          "added_tokens.json", "chat_template.jinja", "vocab.json", "merges.txt", "tokenizer.model")  # fmt: skip
"""Files that go with a model, where they are there."""


def export(asked: str, output: Path, dtype: str, say: Callable[[str], None], most: int = hf.SHARD) -> None:
    """Write what `asked` names (RUN, RUN@STEP, or a model directory) into a new directory.

    dtype: a key of DTYPES. most: bytes of a file of weights. BadCall where there is no whole model or `output` is in
    use, RunFailed where the disk does not take it; then nothing is left.
    """
    source = find_checkpoint(Path(asked))
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise BadCall(f"{output} is there already: name a new directory with --output")
    damage = problem(source) if (source / STATE).is_file() else None
    if damage is not None:
        raise BadCall(f"{source} is damaged: {damage}; take another checkpoint")
    content = {name: reading.small(source / name) for name in BESIDE if (source / name).is_file()}
    config = reading.json_object(source / CONFIG) | {"dtype": dtype, "torch_dtype": dtype}
    content[CONFIG] = f"{json.dumps(config, indent=2, sort_keys=True)}\n".encode()
    tensors, to = hf.stored(source), DTYPES[dtype]
    sizes = {name: math.prod(of.shape) * to.itemsize for name, of in tensors.items()}

    def cast(name: str) -> Tensor:
        return hf.finite(source, name, tensors[name][...]).to(to).contiguous()

    with checkpoint.appearing(output) as half:
        hf.write_files(sizes, cast, half, most)
        for name, value in content.items():
            (half / name).write_bytes(value)
        for file in half.iterdir():
            checkpoint.synced(file)
    say(f"{output}: {source} in {dtype}, {size(sum(sizes.values()))} of weights; transformers loads it")
