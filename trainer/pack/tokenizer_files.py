"""The files of a tokenizer directory: in a pack, and beside a model."""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from winnow.trainer import aside, reading
from winnow.trainer.errors import BadCall

FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
TEMPLATE = "chat_template.jinja"
PLAIN = "PreTrainedTokenizerFast"
INPUTS = ["input_ids", "attention_mask"]


def files(directory: Path) -> dict[str, bytes]:
    """The files that make a tokenizer directory. BadCall where it is none any more."""
    found = {name: reading.small(directory / name) for name in (*FILES, TEMPLATE) if (directory / name).is_file()}
    if FILES[0] not in found:
        raise BadCall(f"{directory} has no {FILES[0]} any more; put it back, or go on with the pack where it now lies")
    return found


def write(content: Mapping[str, bytes], output: Path) -> None:
    """Files by their names."""
    for name, value in content.items():
        with aside.whole(output / name) as file:
            file.write(value)


def named(directory: Path, names: tuple[str, ...]) -> dict[str, str]:
    """The special tokens that tokenizer_config.json or special_tokens_map.json names, as strings."""
    found: dict[str, str] = {}
    for file in (directory / FILES[2], directory / FILES[1]):
        if not file.is_file():
            continue
        value = reading.json_object(file, " is not JSON")
        for name in names:
            token: Any = value.get(name)
            token = token.get("content") if isinstance(token, dict) else token
            if isinstance(token, str):
                found[name] = token
    return found


def beginning(content: Mapping[str, bytes], name: str, index: int) -> dict[str, bytes]:
    """`files` of a tokenizer that puts the token `name` before every text, and nothing else, so that other tools read a
    prompt as a document begins in training."""
    words = json.loads(content[FILES[0]])
    begin, texts = {"SpecialToken": {"id": name, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}
    again, more = {"SpecialToken": {"id": name, "type_id": 1}}, {"Sequence": {"id": "B", "type_id": 1}}
    put = {"type": "TemplateProcessing", "single": [begin, texts], "pair": [begin, texts, again, more],
           "special_tokens": {name: {"id": name, "ids": [index], "tokens": [name]}}}  # fmt: skip
    old = words.get("post_processor") or {}
    kept = [of for of in old.get("processors", [old]) if of.get("type") == "ByteLevel"]  # which only moves offsets
    words["post_processor"] = {"type": "Sequence", "processors": [*kept, put]} if kept else put
    config = json.loads(content.get(FILES[1], b"{}"))
    config |= {"bos_token": name, "add_bos_token": True, "add_eos_token": False}
    return {**content, FILES[0]: json.dumps(words, ensure_ascii=False).encode(), FILES[1]: _json(config)}


def for_models(content: Mapping[str, bytes]) -> dict[str, bytes]:
    """`files` as they stand beside a model: with their class, without which transformers takes the one that the model's
    type usually has, and its way of cutting text; and with the names of what the model is given, where they do not say.
    Version 4 of transformers would hand over token_type_ids, which decoders do not take."""
    found = dict(content)
    with contextlib.suppress(ValueError, RecursionError):
        value = json.loads(found.get(FILES[1], b"{}"))
        if value.get("tokenizer_class") in (None, PLAIN):
            inputs = value.get("model_input_names", INPUTS)
            found[FILES[1]] = _json(value | {"tokenizer_class": PLAIN, "model_input_names": inputs})
    return found


def _json(value: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(value, indent=1)}\n".encode()
