"""The model against transformers' classes, against itself one document at a time, and its own accounts."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
import torch
import transformers

from tests.trainer.small_evaluation import random_model
from trainer.config import ModelShape
from trainer.layouts import Layout
from trainer.loss import IGNORED
from trainer.model import Model
from trainer.weights import from_directory, load_model, save_weights

VOCAB = 100
SHAPE = ModelShape(layers=2, width=32, heads=4, kv_heads=2, mlp=48, context=300)
SHAPES = {
    "grouped and tied": SHAPE,
    "not tied": replace(SHAPE, tied=False),
    "one head for each": replace(SHAPE, kv_heads=0),
    "wide heads": replace(SHAPE, head_width=32),
    "Llama": replace(SHAPE, qk_norm=False, rope_theta=500.0, norm_eps=1e-5),
}
Objective = Literal["causal", "masked"]


def tokens(rows: int, length: int) -> torch.Tensor:
    return torch.randint(VOCAB, (rows, length), generator=torch.Generator().manual_seed(1))


def theirs(folder: Path, objective: Objective) -> Any:
    auto = transformers.AutoModelForCausalLM if objective == "causal" else transformers.AutoModelForMaskedLM
    return auto.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()


@pytest.mark.parametrize("objective", ["causal", "masked"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_logits_are_those_of_transformers(tmp_path: Path, shape: ModelShape, objective: Objective) -> None:
    ours = random_model(Layout.of(shape, VOCAB, objective))
    save_weights(ours, tmp_path, end=0, mask=1)
    given = tokens(2, 261)  # three blocks of rows, the last one short
    with torch.no_grad():
        wanted = theirs(tmp_path, objective)(given).logits
        torch.testing.assert_close(ours(given), wanted, atol=2e-5, rtol=1e-4)
    again = load_model(tmp_path)
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), again.parameters(), strict=True))


@pytest.mark.parametrize(
    ("config", "model"),
    [
        (transformers.Qwen3Config, transformers.Qwen3ForCausalLM),
        (transformers.LlamaConfig, transformers.LlamaForCausalLM),
    ],
)
@pytest.mark.parametrize("shards", ["50GB", "20KB"])
def test_what_transformers_saved_goes_on_here(tmp_path: Path, config: Any, model: Any, shards: str) -> None:
    torch.manual_seed(0)
    made = config(
        vocab_size=VOCAB, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, max_position_embeddings=64, tie_word_embeddings=False,
    )  # fmt: skip
    original = model(made).eval()
    original.save_pretrained(tmp_path, max_shard_size=shards)
    assert len(list(tmp_path.glob("*.safetensors"))) == (1 if shards == "50GB" else len(list(tmp_path.glob("model-*"))))
    ours, given = load_model(tmp_path), tokens(2, 40)
    assert from_directory(tmp_path).vocab == VOCAB
    with torch.no_grad():
        torch.testing.assert_close(ours(given), original(given).logits, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("objective", ["causal", "masked"])
def test_a_document_sees_itself_alone(objective: Objective) -> None:
    model = random_model(Layout.of(SHAPE, VOCAB, objective))
    given, starts = tokens(2, 290), torch.zeros(2, 290, dtype=torch.bool)
    begins = [(0, 1, 7, 128, 200), (0, 150, 289)]
    for row, places in enumerate(begins):
        starts[row, list(places)] = True
    with torch.no_grad():
        together = model(given, starts)
        for row, places in enumerate(begins):
            for first, stop in zip(places, [*places[1:], 290], strict=True):
                alone = model(given[row : row + 1, first:stop])
                torch.testing.assert_close(together[row : row + 1, first:stop], alone, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("objective", ["causal", "masked"])
@pytest.mark.parametrize("starts", [True, False])
def test_gradients_are_those_of_plain_autograd(tmp_path: Path, objective: Objective, starts: bool) -> None:
    """Attention, norms, rotation and loss have backward passes of their own; transformers has torch's."""
    ours = random_model(Layout.of(SHAPE, VOCAB, objective))
    save_weights(ours, tmp_path, end=0, mask=1)
    reference = theirs(tmp_path, objective)
    given, targets = tokens(2, 140), tokens(2, 140).roll(1, 0)
    targets[:, ::3] = IGNORED
    began = torch.zeros(2, 140, dtype=torch.bool) if starts else None
    if began is not None:
        began[:, 0] = True  # one document a row, said in the other way
    loss = ours.loss(given, began, targets)
    loss.backward()
    logits = reference(given).logits
    wanted = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum")
    wanted.backward()
    torch.testing.assert_close(loss, wanted, atol=1e-3, rtol=1e-5)
    named = dict(reference.named_parameters())
    for name, parameter in ours.named_parameters():
        torch.testing.assert_close(parameter.grad, named[name].grad, atol=2e-3, rtol=1e-3)


def test_bfloat16_is_near_float32() -> None:
    model = random_model(Layout.of(SHAPE, VOCAB, "causal"))
    given, targets = tokens(2, 200), tokens(2, 200).roll(1, 0)
    exact = model.loss(given, None, targets)
    model.dtype = torch.bfloat16
    rounded = model.loss(given, None, targets)
    assert rounded.dtype == torch.float32
    torch.testing.assert_close(rounded, exact, atol=0.0, rtol=0.02)


def test_the_loss_is_of_counted_targets_only() -> None:
    model = random_model(Layout.of(SHAPE, VOCAB, "masked"))
    given, targets = tokens(1, 20), torch.full((1, 20), IGNORED)
    assert model.loss(given, None, targets).item() == 0.0
    targets[0, 4] = 9
    with torch.no_grad():
        wanted = -model(given)[0, 4].log_softmax(0)[9]
        torch.testing.assert_close(model.loss(given, None, targets), wanted, atol=1e-5, rtol=1e-5)


def test_initial_weights_depend_on_seed_and_name_alone() -> None:
    first, again, other, deeper = (
        Model(Layout.of(replace(SHAPE, layers=layers), VOCAB, "causal")) for layers in (2, 2, 2, 3)
    )
    for model, seed in ((first, 1), (again, 1), (other, 2), (deeper, 1)):
        model.initialise(seed)
    name = "model.layers.0.self_attn.q_proj.weight"
    weights = [dict(model.named_parameters())[name] for model in (first, again, other, deeper)]
    assert [torch.equal(weights[0], weight) for weight in weights] == [True, True, False, True]
    zero = [n for n, p in first.named_parameters() if p.dim() > 1 and not p.any()]
    assert {n.split(".")[-2] for n in zero} == {"o_proj", "down_proj"}


def test_roles_name_every_parameter_once() -> None:
    model = Model(Layout.of(replace(SHAPE, tied=False), VOCAB, "causal"))
    roles = list(model.roles())
    assert [name for _, name, _ in roles] == [name for name, _ in model.named_parameters()]
    assert {role for role, _, _ in roles} == {"matrix", "embedding", "head", "norm"}
    # vocabulary padded to 128; 6 for each matrix parameter, 12 a layer, head, entry and position
    blocks = 2 * (32 * 32 * 2 + 2 * 32 * 16 + 3 * 32 * 48)
    assert model.matrix_parameters() == blocks + 128 * 32
    assert model.flops_per_token(64) == 6 * (blocks + 128 * 32) + 12 * 2 * 4 * 8 * 64


@pytest.mark.slow
def test_compiled_it_computes_the_same() -> None:
    model = random_model(Layout.of(SHAPE, VOCAB, "causal"))
    given, targets = tokens(2, 140), tokens(2, 140).roll(1, 0)
    starts = torch.zeros(2, 140, dtype=torch.bool)
    starts[:, [0, 70]] = True
    wanted = model.loss(given, starts, targets)
    gradients = torch.autograd.grad(wanted, list(model.parameters()))
    found = torch.compile(model.loss)(given, starts, targets)
    torch.testing.assert_close(found, wanted, atol=1e-3, rtol=1e-5)
    for ours, theirs in zip(torch.autograd.grad(found, list(model.parameters())), gradients, strict=True):
        torch.testing.assert_close(ours, theirs, atol=2e-3, rtol=1e-3)
