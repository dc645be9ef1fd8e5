"""A configuration: one frozen value that says all of a run but where it writes. `config_file` reads it from TOML.

objective, seed, init
[model]     the shape
[data]      the pack, the mixture and its phases
[masking]   of the masked objective
[optimizer] Muon or AdamW, and the schedule
[run]       how long, how large a batch, what is saved, logged and measured when
[evaluate]  tasks and samples beside the held-out texts
[machine]   what the calibration decides where it says "auto"
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class ModelShape:
    """The shape of a decoder in the Qwen3 layout (or of an encoder with the same blocks, for the masked objective)."""

    layers: int = 6
    """Blocks, one upon another."""
    width: int = 384
    """Of the residual stream; a multiple of `heads`."""
    heads: int = 3
    """Of attention; heads of 128 suit most widths, of 64 those below 256."""
    kv_heads: int = 0
    """Heads of keys and values, a divisor of `heads`; 0: as many as `heads` (no grouping)."""
    head_width: int = 0
    """Of each head; 0: width / heads."""
    mlp: int = 1024
    """Inner width of SwiGLU."""
    context: int = 512
    """Tokens of a training window."""
    tied: bool = False
    """Whether the embedding is also the output matrix: fewer parameters for as many operations, and a higher loss
    (docs/measurements.md)."""
    qk_norm: bool = True
    """RMSNorm of each head's queries and keys; always off in the layouts that have none (Llama, EuroBERT)."""
    rope_theta: float = 10000.0
    """The base of the rotary positions' frequencies (Su et al. 2021); longer contexts want a larger one."""
    yarn: bool = False
    """Whether the rotary frequencies of `init` are stretched from its own context to `context`, which is longer (YaRN,
    Peng et al. 2023, section 3.4)."""
    norm_eps: float = 1e-6
    """Added under the root of RMSNorm."""


@dataclass(frozen=True)
class Phase:
    """The mixture from a point of the run on, for example annealing on the best sources."""

    start: float
    """Share of the run's steps at which the phase begins, above 0 and below 1."""
    weights: dict[str, float] = field(default_factory=dict)
    """As data.weights, from there on."""


@dataclass(frozen=True)
class Rule:
    """How often documents are read in an epoch, by a column that the pack keeps (`winnow pack --column`). Weights of
    several rules are multiplied, and with those of `winnow pack --weight`."""

    column: str
    at_least: tuple[float, ...] = ()
    """Of a column of numbers: from each on, up to the next, the weight of the same place in `weights` holds."""
    weights: tuple[float, ...] = ()
    values: dict[str, float] = field(default_factory=dict)
    """Of a column of words: the weight of each."""
    other: float = 1.0
    """Of all other documents: below the first number, of another word, of none."""


@dataclass(frozen=True)
class Data:
    """What is read, and in which proportions."""

    pack: str
    """A directory that `winnow pack` made, relative to the working directory; or the URL of one (pack/remote.py)."""
    weights: dict[str, float] = field(default_factory=dict)
    """Source to share of the tokens (normalised); sources that are not named get none. Empty: in proportion to what
    each source has, so that all run through at the same pace."""
    phases: tuple[Phase, ...] = ()
    """Other weights from a share of the run on: [[data.phases]] tables with `start` and `weights`."""
    shift: bool = True
    """Whether the windows of a source's later epochs begin at other places than those of its first: the seed says
    where. In runs that were begun before this was a setting they do not."""
    document_mask: bool = True
    """Tokens see their own document only, and positions count from its start in the window."""
    rules: tuple[Rule, ...] = ()
    """How often documents are read, by columns of the corpus."""


@dataclass(frozen=True)
class Masking:
    """Of the masked objective. Devlin et al. 2019 (BERT), section 3.1; Wettig et al. 2023 for shares above 15 %."""

    share: float = 0.3
    """Of the tokens that are masked."""
    keep: float = 0.0
    """Of the masked ones, the share that stays as it is (BERT: 0.1)."""
    random: float = 0.0
    """Of the masked ones, the share that becomes a random token (BERT: 0.1)."""


@dataclass(frozen=True)
class Optimizer:
    """How weights move."""

    name: Literal["muon", "adamw"] = "muon"
    """muon: Muon for the blocks' matrices, AdamW for embedding, head and norms. adamw: AdamW for all."""
    rate: float = 0.0
    """Peak learning rate; Muon's is matched to AdamW's update size (adjust_lr_fn="match_rms_adamw"). 0: by the rule of
    rates.py, from the blocks' parameters, batch and tokens."""
    dial: float = 1.0
    """What the rule's rate is multiplied with: found on a small model, it holds for larger ones."""
    weight_decay: float = 0.1
    """Of matrices; norms have none."""
    clip: float = 1.0
    """Of the gradient's norm; 0: none."""
    embedding: float = 20.0
    """The embedding's rate in multiples of `rate`, where it begins at random and is not the output matrix too. (1 in
    runs that were begun before this was a setting.)"""
    beta1: float = 0.9
    """AdamW's decay of the mean of gradients."""
    beta2: float = 0.95
    """AdamW's decay of the mean of their squares."""
    momentum: float = 0.95
    """Muon's, from step `momentum_warmup` on."""
    momentum_warmup: int = 300
    """Steps in which it rises from 0.85 (0 in runs that were begun before this was a setting)."""
    schedule: Literal["wsd", "cosine"] = "wsd"
    """wsd: warm-up, stable, linear decay. cosine: warm-up, half a cosine."""
    warmup: float = 0.02
    """Share of the steps in which the rate rises to its peak."""
    decay: float = 0.4
    """Share of the steps in which it falls at the end, of wsd."""
    floor: float = 0.0
    """The last rate as a share of the peak."""


@dataclass(frozen=True)
class Run:
    """How long it takes, and what is left behind."""

    tokens_per_parameter: float = 20.0
    """Chinchilla's optimum (Hoffmann et al. 2022) is about 20 tokens for each parameter outside the embedding."""
    tokens: int = 0
    """Training tokens; 0: `tokens_per_parameter` times the parameters."""
    batch_tokens: int = 32768
    """Tokens of one optimizer step over all ranks; rounded to whole windows. 0: by the rule, from the run's tokens."""
    log_every: int = 0
    """Steps between lines of metrics.jsonl; 0: 10, in a run of fewer than 100 steps 1."""
    evaluate_every: int = 0
    """Steps between evaluations on the pack's held-out documents; 0: a tenth of the run."""
    evaluate_tokens: int = 1_000_000
    """Validation tokens of one evaluation inside the run, at most, spread over the sources."""
    save_every: int = 0
    """Steps between checkpoints; 0: a tenth of the run."""
    keep: int = 3
    """Checkpoints that stay, the newest, and beside them the last one before the decay of wsd; 0: all."""
    spike: float = 6.0
    """A step whose loss or gradient norm lies this many standard deviations above the mean of the last 128 of the
    mixture's phase is skipped; 0: only what is not finite is. (OLMo 2, section 3.2.) A quiet norm may double, and a
    jump that stays is the new level: see guard.py."""
    skips: int = 10
    """Skipped steps in a row after which the run fails, unless their loss is finite and falls."""
    sinks: tuple[Literal["tensorboard", "wandb"], ...] = ()
    """Where the lines of metrics.jsonl go besides: TensorBoard (RUN/tensorboard), Weights & Biases (offline where
    WANDB_MODE=offline). Each must be installed."""
    profile: str = ""
    """FIRST:LAST, steps that are profiled, both of them included: RUN/profile/ holds a trace for chrome://tracing or
    Perfetto, and on CUDA a snapshot of the memory. Empty: none."""


@dataclass(frozen=True)
class Evaluate:
    """What is asked of the model on the way, beside its bits on held-out documents. It changes nothing of training."""

    tasks: tuple[str, ...] = ()
    """Cloze tasks: everyday, arithmetic, grammar, code, bundled for all four of them, or JSONL files
    (relative to the working directory)."""
    questions: int = 500
    """Of one task, at most, spread evenly over its file; 0: all."""
    samples: tuple[str, ...] = ()
    """Prompts that the model goes on with; an empty one begins a document."""
    sample_tokens: int = 64
    """Tokens of a sample, at most."""
    temperature: float = 0.8
    """Of samples; 0: always the likeliest token."""
    every: int = 0
    """Steps between two times; 0: with the evaluations, run.evaluate_every."""


@dataclass(frozen=True)
class Machine:
    """What the machine decides. "auto" and 0 are settled by the calibration and written to config.lock.toml."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    """auto: a GPU where there is one."""
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    """Of the matrix products; master weights, norms, softmax and loss are in float32."""
    compile: Literal["auto", "yes", "no"] = "auto"
    """Whether torch.compile makes the blocks' kernels; auto: where the time it takes is won back."""
    parallel: Literal["auto", "replicate", "shard"] = "auto"
    """Of several ranks. replicate: each holds the whole model. shard: each holds its part of every matrix, with
    gradients and moments (FSDP2). auto: shard, where a whole one does not leave room on the device."""
    checkpointing: Literal["auto", "none", "selective", "blocks"] = "auto"
    """What backward passes compute again for the memory's sake. blocks: every block, from its input, which takes a
    third more time. selective: every second block. auto: as little as lets a window fit."""
    micro_rows: int = 0
    """Windows of one forward and backward pass on one rank; 0: as many as are fastest and fit."""
    threads: int = 0
    """Of the CPU; 0: as many as the process may use, divided among the ranks of this machine."""


@dataclass(frozen=True)
class Config:
    """All of a run."""

    data: Data
    objective: Literal["causal", "masked"] = "causal"
    """causal: a decoder that predicts the next token. masked: an encoder that finds hidden ones."""
    seed: int = 1
    """Of the weights, and of the order of the data."""
    init: str = ""
    """A Hugging Face model directory to go on from (Llama, Qwen2 or Qwen3 layout), or RUN or RUN@STEP, one of its
    checkpoints; its shape then replaces [model]'s, but for `context`. Empty: from random weights."""
    model: ModelShape = field(default_factory=ModelShape)
    masking: Masking = field(default_factory=Masking)
    optimizer: Optimizer = field(default_factory=Optimizer)
    run: Run = field(default_factory=Run)
    evaluate: Evaluate = field(default_factory=Evaluate)
    machine: Machine = field(default_factory=Machine)
