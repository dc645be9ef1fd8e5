"""Model directories, tokenizers and corpora that were made to do harm, or are merely odd: one line, in little time."""

import json
import os
import shutil
import signal
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.trainer.small_corpora import text, write
from tests.trainer.small_runs import pack_and_run, quick
from winnow.pipelines.cli import main

SECONDS = 20
DEEP = '{"a":' * 100_000 + "1" + "}" * 100_000
HUGE = 10**12


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack and a run."""
    root = tmp_path_factory.mktemp("stage")
    pack_and_run(root)
    return root


@pytest.fixture
def model(stage: Path, tmp_path: Path) -> Path:
    """A model directory to spoil."""
    newest = (stage / "run/latest").read_text().strip()
    shutil.copytree(stage / "run/checkpoints" / newest, tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """Whatever hangs is ended."""

    def late(*_: object) -> None:
        raise AssertionError(f"not done after {SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def refused(capsys: pytest.CaptureFixture[str], *call: object, begun: bool = False) -> str:
    """The one line with which a call is refused. begun: whether it has said something before."""
    code = main([str(word) for word in call])
    out, err = capsys.readouterr()
    assert (code, bool(out), err.count("\n"), err[:6]) == (2, begun, 1, "winnow")
    assert err.removesuffix("\n").isprintable()
    assert len(err) < 1000
    return err


def entry(file: Path, **changes: Any) -> None:
    value = json.loads(file.read_text()) | changes
    file.write_text(json.dumps(value))


NUMBERS = ("hidden_size", "vocab_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim",
           "intermediate_size")  # fmt: skip


@pytest.mark.parametrize("value", [0, 3, 100_000, HUGE, 10**400, 1.5, True, [[]]])
@pytest.mark.parametrize("name", NUMBERS)
def test_sizes_are_held_against_the_file_before_anything_is_allocated(
    model: Path, capsys: pytest.CaptureFixture[str], name: str, value: Any
) -> None:
    if isinstance(value, int) and value > 10**300:
        text = (model / "config.json").read_text().replace(f'"{name}": ', f'"{name}": {value}, "was": ')
        (model / "config.json").write_text(text)
    else:
        entry(model / "config.json", **{name: value})
    if (name, value) in (("head_dim", 0), ("num_key_value_heads", 0)):
        return  # stands for the default, which is what it was
    assert str(model) in refused(capsys, "generate", model)


@pytest.mark.parametrize("value", [HUGE, 1 << 70, -1, "x"])
def test_a_context_that_no_model_has(model: Path, capsys: pytest.CaptureFixture[str], value: Any) -> None:
    entry(model / "config.json", max_position_embeddings=value)
    assert "max_position_embeddings" in refused(capsys, "generate", model)


@pytest.mark.parametrize("name", ["hidden_size", "vocab_size", "num_hidden_layers"])
def test_init_is_held_as_well(stage: Path, model: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    entry(model / "config.json", **{name: 100_000})
    call = ("train", stage / "mine.toml", "--set", f"init={model}", "--output", model.parent / "new")
    assert "model" in refused(capsys, *call)


@pytest.mark.parametrize("value", [float("nan"), -float("inf")])
def test_weights_that_are_no_numbers(
    stage: Path, model: Path, capsys: pytest.CaptureFixture[str], value: float
) -> None:  # fmt: skip
    tensors = load_file(model / "model.safetensors")
    tensors["model.norm.weight"][3] = value
    save_file(tensors, model / "model.safetensors")
    assert "model.norm.weight holds a value that is not finite" in refused(capsys, "generate", model)
    call = ("train", stage / "mine.toml", "--set", f"init={model}", "--output", model.parent / "new")
    assert "model.norm.weight holds a value that is not finite" in refused(capsys, *call, begun=True)


@pytest.mark.parametrize("kind", [torch.int8, torch.bool, torch.float8_e4m3fn])
def test_weights_that_are_quantised(model: Path, capsys: pytest.CaptureFixture[str], kind: torch.dtype) -> None:
    tensors = load_file(model / "model.safetensors")
    tensors["model.norm.weight"] = torch.ones(16).to(kind)
    save_file(tensors, model / "model.safetensors")
    assert "model.norm.weight" in refused(capsys, "generate", model)


def fifo(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def sparse(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.touch()
    os.truncate(path, 1 << 42)


def deep(path: Path) -> None:
    path.write_text(DEEP)


def folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def noise(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00\x1b[2J\n\n" * 50)


def a_list(path: Path) -> None:
    path.write_text("[[1]]")


FILES = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "model.safetensors")


@pytest.mark.parametrize("spoil", [fifo, sparse, deep, folder, nothing, noise, a_list])
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", ["generate", "pack", "init"])
@pytest.mark.slow
def test_any_file_may_be_anything(
    stage: Path, model: Path, capsys: pytest.CaptureFixture[str], name: str, spoil: Callable[[Path], None], command: str
) -> None:
    spoil(model / name)
    new = model.parent / "new"
    calls = {
        "generate": ("generate", model, "--tokens", 1),
        "pack": ("pack", stage / "corpus", "--tokenizer", model, "--output", new, "--workers", 1),
        "init": ("train", stage / "mine.toml", "--set", f"init={model}", "--output", new),
    }
    with quick():
        code = main([str(word) for word in calls[command]])
    err = capsys.readouterr().err
    if code == 0:  # of no matter to this command: a folder or a pipe where a file may be missing, for one
        assert name in ("tokenizer_config.json", "special_tokens_map.json") or command != "generate"
        return
    assert (code, err.count("\n"), err.removesuffix("\n").isprintable(), len(err) < 1000) == (2, 1, True, True)


@pytest.mark.parametrize(
    "shard", ["../../../../../../etc/passwd", "/etc/passwd", "..", ".", "", "a/b.safetensors", "a\0b", "x" * 300,
              "pipe", "a\nb"],
)  # fmt: skip
def test_an_index_names_files_beside_it_and_no_others(
    model: Path, capsys: pytest.CaptureFixture[str], shard: str
) -> None:
    os.mkfifo(model / "pipe")
    (model / "model.safetensors").rename(model / "elsewhere")
    (model / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"lm_head.weight": shard}}))
    assert "model.safetensors.index.json" in refused(capsys, "generate", model)


def test_an_index_may_name_a_link(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Hugging Face's cache is made of them."""
    (model / "blobs").mkdir()
    (model / "model.safetensors").rename(model / "blobs/weights")
    (model / "model-1.safetensors").symlink_to("blobs/weights")
    names = load_file(model / "blobs/weights")
    index = {"weight_map": dict.fromkeys(names, "model-1.safetensors")}
    (model / "model.safetensors.index.json").write_text(json.dumps(index))
    assert main(["generate", str(model), "--tokens", "1"]) == 0


def test_a_header_of_many_tensors(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = {f"model.layers.{n}.x": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for n in range(20_000)}
    words = json.dumps(header).encode()
    (model / "model.safetensors").write_bytes(struct.pack("<Q", len(words)) + words)
    entry(model / "config.json", num_hidden_layers=9000)
    assert str(model) in refused(capsys, "generate", model)


@pytest.mark.parametrize(
    "content",
    [b"/etc", b"step-000002/../../..", b"", b"step-1\n/etc", b"\xff\xfe", b"step-9" * 99],
)
@pytest.mark.parametrize("command", ["generate", "eval"])
def test_latest_names_a_checkpoint_of_the_run(
    stage: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, command: str
) -> None:
    shutil.copytree(stage / "run", tmp_path / "run")
    (tmp_path / "run/latest").write_bytes(content)
    data = ["--data", str(stage / "pack")] if command == "eval" else []
    assert f"{tmp_path}/run/latest" in refused(capsys, command, tmp_path / "run", *data)


@pytest.mark.parametrize("number", [4_000_000_000, 1 << 24, 1 << 40, -1, 1.5, None])
@pytest.mark.parametrize("where", ["vocab", "added"])
@pytest.mark.parametrize("command", ["generate", "pack"])
def test_a_token_id_that_no_table_could_hold(
    stage: Path, model: Path, capsys: pytest.CaptureFixture[str], number: Any, where: str, command: str
) -> None:
    file = model / "tokenizer.json"
    words = json.loads(file.read_text())
    if where == "vocab":
        words["model"]["vocab"]["zzz"] = number
    else:
        words["added_tokens"].append(dict(words["added_tokens"][0], id=number, content="<zzz>"))
    file.write_text(json.dumps(words))
    new = model.parent / "new"
    pack = ("pack", stage / "corpus", "--tokenizer", model, "--output", new)
    assert "tokenizer.json" in refused(capsys, *(pack if command == "pack" else ("generate", model)))


@pytest.mark.parametrize("value", [HUGE, -1, 1.5, None, 10**400, 257])
@pytest.mark.parametrize("name", ["vocab", "end"])
def test_a_manifest_is_held_against_its_tokenizer(
    stage: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, value: Any
) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(stage / "pack", pack)
    manifest = json.loads((pack / "manifest.json").read_text())
    manifest["tokenizer"][name] = "VALUE"
    written = str(value) if isinstance(value, int) else json.dumps(value)
    (pack / "manifest.json").write_text(json.dumps(manifest).replace('"VALUE"', written))
    call = ("train", stage / "mine.toml", "--pack", pack, "--output", tmp_path / "new")
    assert "pack" in refused(capsys, *call)


@pytest.mark.parametrize("name", ["../x.bin", "/etc/passwd", "shards/../../x", "", ".", "a\0"])
def test_a_manifest_names_files_of_the_pack(
    stage: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(stage / "pack", pack)
    manifest = json.loads((pack / "manifest.json").read_text())
    manifest["shards"][0]["files"][name] = {"bytes": 1, "sha256": "0" * 64}
    (pack / "manifest.json").write_text(json.dumps(manifest))
    assert "manifest.json" in refused(
        capsys, "train", stage / "mine.toml", "--pack", pack, "--output", tmp_path / "new"
    )


@pytest.mark.parametrize("column", ["text", "source", "id", "score"])
@pytest.mark.parametrize("command", ["tokenizer", "pack", "eval"])
def test_a_corpus_with_two_columns_of_a_name(
    stage: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], column: str, command: str
) -> None:
    names = ["text", "source", "id", "score", column]
    columns = [["a b"] * 3, ["s"] * 3, ["1", "2", "3"], [1.0, 1.0, 1.0]]
    table = pa.table([*columns, columns[names.index(column)]], names)
    (tmp_path / "corpus").mkdir()
    pq.write_table(table, tmp_path / "corpus/x.parquet")
    if column == "score" and command != "pack":
        return
    calls = {
        "tokenizer": ("tokenizer", "train", tmp_path / "corpus", "--vocab", 300, "--output", tmp_path / "new"),
        "pack": ("pack", tmp_path / "corpus", "--tokenizer", stage / "tokenizer", "--weight", "score", "--output",
                 tmp_path / "new"),
        "eval": ("eval", stage / "run", "--data", tmp_path / "corpus"),
    }  # fmt: skip
    assert f"x.parquet has two columns {column!r}" in refused(capsys, *calls[command])


@pytest.mark.parametrize(
    ("name", "command"), [("a\nb", "tokenizer"), ("\u202eevil", "pack"), ("x" * 300, "eval"), ("\0", "eval")]
)
def test_a_source_has_a_plain_name(
    stage: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, command: str
) -> None:
    columns = {"text": [text(0), text(1)], "source": ["web", name]}
    write(tmp_path / "corpus/x.parquet", columns)
    calls = {
        "tokenizer": ("tokenizer", "train", tmp_path / "corpus", "--vocab", 300, "--output", tmp_path / "new"),
        "pack": ("pack", tmp_path / "corpus", "--tokenizer", stage / "tokenizer", "--output", tmp_path / "new"),
        "eval": ("eval", stage / "run", "--data", tmp_path / "corpus"),
    }
    assert "x.parquet, row 1: the source" in refused(capsys, *calls[command])


@pytest.mark.parametrize("digits", [20, 5000])
@pytest.mark.parametrize("option", ["--vocab", "--sample-mb", "--seed"])
def test_numbers_of_many_digits(
    stage: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, digits: int
) -> None:
    call = ("tokenizer", "train", stage / "corpus", "--vocab", 300, "--output", tmp_path / "new", option, "9" * digits)
    assert option in refused(capsys, *call)


def test_what_is_said_is_one_line(stage: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ids of documents stand in what is told of steps that were skipped and of what is common to both splits."""
    columns = {"text": [text(n % 7) for n in range(60)], "id": [f"\x1b[2J\n{n}" for n in range(60)]}
    write(tmp_path / "corpus/x.parquet", columns)
    call = ("pack", tmp_path / "corpus", "--tokenizer", stage / "tokenizer", "--output", tmp_path / "new")
    assert main([*map(str, call), "--workers", "1"]) == 0
    out = capsys.readouterr().out
    assert all(line.isprintable() for line in out.splitlines())
