"""`winnow plan` in words: a plan as text, every assumption beside the figure that rests on it."""

from collections.abc import Iterator, Sequence

from winnow.trainer.evaluate.asking import FORWARD
from winnow.trainer.figures import count, duration, listed, many, number, share, size
from winnow.trainer.optim import scaling
from winnow.trainer.plan.machines import ASSUMED_SHARE, There
from winnow.trainer.plan.plan import Plan
from winnow.trainer.run.memory import RECOMPUTED

_INDENT = 12
LISTED = 20
"""Sources of which each has a row."""
_TINY, _SMALL = 5e6, 50e6
"""Parameters below which a GPU mostly waits for its kernels to be launched, and a large one often."""


def text(name: str, plan: Plan) -> str:
    """The plan of the configuration called `name`."""
    parts = (_model(name, plan), _machine(plan), _elsewhere(plan), _budgets(plan), _corpus(plan))
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part)))


def _line(head: str, words: str) -> str:
    return f"{head:{_INDENT}}{words}"


def _model(name: str, plan: Plan) -> Iterator[str]:
    layout, run, memory, gpus = plan.layout, plan.length, plan.memory, plan.asked.gpus
    grouped = f", {layout.kv_heads} of keys and values" if layout.kv_heads != layout.heads else ""
    shape = f"{layout.layers} layers, width {layout.width}, {layout.heads} heads of {layout.head_width}{grouped}"
    yield _line(name, f"{shape}, context {layout.context}, {plan.config.objective}")
    vocab = f"vocabulary {layout.vocab:,}{'' if plan.corpus else ' (assumed)'}"
    yield _line("parameters", f"{count(plan.parameters)}, {count(plan.outside)} of them outside the embedding; {vocab}")
    ratio = number(run.tokens / (scaling.TOKENS_PER_PARAMETER * plan.outside), 2)
    steps = f"{many(run.steps, 'step')} of {many(run.rows, 'window')}"
    yield _line("tokens", f"{count(run.tokens)} in {steps}: {ratio} times Chinchilla's 20 a parameter")
    if ("optimizer", "rate") not in plan.by_rule:
        yield _line("rate", f"{plan.config.optimizer.rate:g}, as it was given")
    for (*_, setting), told in plan.by_rule.items():
        yield _line(str(setting).partition("_")[0], told)
    total = plan.flops_per_token * run.tokens
    yield _line("compute", f"{number(plan.flops_per_token)}FLOP a token, {total:.1e} in all")
    of = f"weights {size(memory.weights)}, gradients {size(memory.gradients)}, optimizer {size(memory.optimizer)}"
    if memory.casts:
        of += f", weights in {plan.config.machine.dtype.replace('auto', 'bfloat16')} {size(memory.casts)}"
    yield _line("memory", f"{size(memory.held())} ({of})")
    if gpus > 1:
        yield _line("", f"{size(memory.held('shard', gpus))} on each of {gpus} GPUs in shards")
    rows = {way: size(memory.of_row(way, gpu=True)) for way in RECOMPUTED}
    yield _line("", f"and for each window of a pass {rows['none']} on a GPU, at most {size(memory.row)} on a CPU;")
    yield _line("", f"with checkpointing {rows['selective']} (selective) or {rows['blocks']} (blocks) on a GPU")


def _machine(plan: Plan) -> Iterator[str]:
    here = plan.here
    if here is None:
        return
    rate = here.tokens_per_second
    yield _line("here", f"{here.device}: {number(here.matmul / 1e9)} GFLOP/s in matrix products of {here.dtype}")
    if here.measured:
        of = share(rate * plan.flops_per_token / here.matmul, 0)
        yield _line("", f"{number(rate)} tokens/s, measured, uncompiled: {of} of that rate; "
                    f"the optimizer takes {share(here.optimizer, 0)} of a step")  # fmt: skip
    else:
        yield _line("", f"{number(rate)} tokens/s if training reaches {share(ASSUMED_SHARE, 0)} of that rate: "
                    "a pass would take too long, or too much memory, to be measured")  # fmt: skip
    yield _line("", f"{duration(plan.length.tokens / rate)} for the run's steps{_evaluations(plan, rate)}")


def _evaluations(plan: Plan, rate: float) -> str:
    """What comes to the steps."""
    if not plan.evaluated:
        return ", without evaluation and saving"
    seconds = plan.evaluations * plan.evaluated / (FORWARD * rate)
    return f", and about {duration(seconds)} for {many(plan.evaluations, 'evaluation')}; saving comes to that"


def _elsewhere(plan: Plan) -> Iterator[str]:
    if plan.parameters < _TINY:
        yield "a model this small is for a CPU: a GPU would mostly wait for its kernels to be launched"
        return
    gpus, priced = plan.asked.gpus, any(there.dollars is not None for there in plan.there)
    rows = [[f"{gpus} GPUs" if gpus > 1 else "one GPU", "memory", "held", "a pass", "assumed", "time",
             *(["cost"] if priced else []), ""]]  # fmt: skip
    for there in plan.there:
        cost = "-" if there.dollars is None or not there.rows else f"${there.dollars:,.2f}"
        taken = f"{number(there.flops / 1e12)} TFLOP/s", duration(there.seconds) if there.rows else "-"
        fits = f"{there.rows:,} window{'s' if there.rows > 1 else ''}" if there.rows else "none"
        rows.append([there.gpu.name, size(there.gpu.memory), size(there.held), fits, *taken,
                     *([cost] if priced else []), _how(there, gpus)])  # fmt: skip
    yield from _table(rows, last_left=True)
    each = f"{plan.length.rows * plan.config.model.context // gpus:,} tokens of a step on each of {gpus} GPUs; "
    yield f"{each if gpus > 1 else ''}{share(plan.asked.mfu, 0)} of the stated peak is assumed (--mfu)"
    if not priced:
        yield "a cost is told where a price is given: --price GPU=DOLLARS, or a file of them"
    if plan.parameters < _SMALL:
        yield "a model this small leaves a large GPU idle between kernels: reckon with a part of that share there"


def _how(there: There, gpus: int) -> str:
    """What is special about a run there."""
    if not there.rows:
        return "does not fit"
    of = {"shards": there.parallel == "shard", "whole on each": there.parallel == "replicate" and gpus > 1,
          f"checkpointing: {there.checkpointing}": there.checkpointing != "none",
          "float32 (no bfloat16)": not there.gpu.bfloat16}  # fmt: skip
    return ", ".join(words for words, so in of.items() if so)


def _budgets(plan: Plan) -> Iterator[str]:
    law = any(budget.loss is not None for budget in plan.budgets)
    rows = [["tokens", "of Chinchilla", "FLOP", *(["loss"] if law else []), *(["time here"] if plan.here else []), ""]]
    for budget in plan.budgets:
        loss = [f"{budget.loss:.3f}"] if budget.loss is not None else []
        seconds = [duration(budget.seconds)] if budget.seconds is not None else []
        mark = "this run" if budget.tokens == plan.length.tokens else ""
        ratio = f"{number(budget.of_chinchilla, 2)} x"
        rows.append([count(budget.tokens), ratio, f"{budget.flops:.1e}", *loss, *seconds, mark])
    yield from _table(rows, last_left=True)
    if law:
        yield "loss: nats a token by the law of Muennighoff et al. 2023, fitted on C4 in GPT-2's tokens: to compare"
        yield "budgets with each other, no forecast for other texts and tokens"


def _corpus(plan: Plan) -> Iterator[str]:
    corpus, run = plan.corpus, plan.length
    if corpus is None:
        return
    rows = [[corpus.path, "tokens", "read", "epochs"]]
    for name, supply in [*corpus.sources.items()][:LISTED]:
        rows.append([name, count(supply.tokens), count(supply.drawn), number(supply.epochs, 3)])
    if (more := len(corpus.sources) - LISTED) > 0:
        rows.append([f"and {more:,} more", "", "", ""])
    if len(corpus.sources) > 1:
        rows.append(["all", count(corpus.unique), count(run.tokens), number(run.tokens / corpus.unique, 3)])
    yield from _table(rows)
    past = [name for name, supply in corpus.sources.items() if supply.epochs > scaling.EPOCHS_AS_GOOD]
    if past:
        yield f"! read more than four times: {listed(past)}; from there on a repeated token is clearly worth less"
    if corpus.effective < 0.995 * run.tokens:
        tokens, fresh = f"{count(run.tokens)} tokens of {count(corpus.unique)} different ones", count(corpus.effective)
        yield f"repetition: {tokens} are worth {fresh} fresh ones (Muennighoff et al. 2023, section 3.1, by source)"
        if corpus.loss:
            yield f"  and the law's loss is {corpus.loss[0]:.3f}, where as many fresh tokens give {corpus.loss[1]:.3f}"
    needed = scaling.TOKENS_PER_PARAMETER * plan.outside
    if needed > scaling.EPOCHS_AS_GOOD * corpus.unique:
        epochs = number(needed / corpus.unique, 2)
        yield f"! the corpus is small for this shape: Chinchilla's {count(needed)} tokens are {epochs} epochs of it;"
        fits = f"{plan.fits} is the largest shipped configuration that it is enough for, within four epochs"
        yield f"  {fits if plan.fits else 'so it is for every shipped configuration'}"


def _table(rows: Sequence[Sequence[str]], last_left: bool = False) -> Iterator[str]:
    """Columns side by side, the first to the left, the others to the right; with `last_left` the last one too."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(max(_INDENT - 2, widths[0]))]
        cells += [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        cells.append(row[-1] if last_left else row[-1].rjust(widths[-1]))
        yield "  ".join(cells).rstrip()
