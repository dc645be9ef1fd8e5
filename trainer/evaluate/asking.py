"""What a run asks of its model on the way: bits of held-out texts, cloze tasks, and texts to go on with.

It changes nothing of the training: weights stay as they are, and what is drawn for a sample comes from a generator of
its own. All ranks ask together, and the first one's choice of a token is everyone's, so that none waits for another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from winnow.trainer.config.settings import Config
from winnow.trainer.evaluate import cloze, held_out, yardstick
from winnow.trainer.evaluate.evaluate import Scoring, evaluate
from winnow.trainer.evaluate.generate import text_after
from winnow.trainer.evaluate.questions import Question
from winnow.trainer.evaluate.sampling import Sampling
from winnow.trainer.optim.schedule import interval
from winnow.trainer.pack.index import Pack
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run.open_checkpoint import Checkpoint

Item = tuple[str, str]
"""("task", its name), ("sample", its prompt) or EVALUATION."""
EVALUATION: Item = ("evaluation", "")
FORWARD = 3.0
"""Times as fast as with a backward pass."""


def intervals(config: Config, steps: int) -> dict[str, int]:
    """Steps between two times, of each kind of item."""
    every = config.evaluate.every or config.run.evaluate_every
    asked = {"evaluation": config.run.evaluate_every, "task": every, "sample": every}
    return {kind: interval(often, steps) for kind, often in asked.items()}


def passed(pack: Pack, config: Config) -> float:
    """Tokens that go through the model, forward alone, for one evaluation, by the mean length of its documents: windows
    of a decoder overlap by half."""
    counts = [pack.counts("validation", source) for source in pack.sources]
    tokens, documents = sum(of.tokens for of in counts), sum(of.documents for of in counts)
    overlap = max(0.0, 1 - config.model.context * documents / max(1, tokens)) if config.objective == "causal" else 0.0
    return min(tokens, config.run.evaluate_tokens) * (1 + overlap)


class Asking:
    """Of one run."""

    def __init__(
        self, of: Checkpoint, pack: Pack, config: Config, questions: Mapping[str, Sequence[Question]], ranks: Ranks
    ) -> None:
        """`of`: the model as it trains. BadCall where a choice is longer than the model's context."""
        self._of, self._pack, self._config, self._questions, self._ranks = of, pack, config, questions, ranks
        self._context = of.model.layout.context
        self.evaluates = any(pack.counts("validation", source).documents for source in pack.sources)
        self.items = [EVALUATION] if self.evaluates else []
        self.items += [("task", name) for name in questions]
        self.items += [("sample", prompt) for prompt in dict.fromkeys(config.evaluate.samples)]
        for asked in questions.values():
            cloze.hold(asked, of.tokenizer, self._context)

    def ask(self, item: Item, xz: bool) -> dict[str, Any]:
        """What metrics.jsonl says of the answer. xz: whether an evaluation has what xz needs of its documents beside
        it, which is measured on the first rank, and of a decoder."""
        kind, name = item
        if kind == "evaluation":
            return self._evaluation(xz and self._ranks.first and self._config.objective == "causal")
        if kind == "sample":
            return self._sample(name)
        of, questions = self._of, self._questions[name]
        return asdict(cloze.score(of.model, name, questions, of.tokenizer, self._context, self._ranks))

    def _evaluation(self, xz: bool) -> dict[str, Any]:
        config = self._config
        sample = held_out.of_pack(self._pack, most=config.run.evaluate_tokens)
        masking = config.masking if config.objective == "masked" else None
        how = Scoring(self._pack, config.model.context, masking=masking)
        record = evaluate(self._of.model, sample, how, self._ranks).record()
        record["scored"] = {key: record.pop(key) for key in ("documents", "tokens", "bytes")}  # `tokens`: trained on
        del record["seconds"]
        if xz and (beside := yardstick.beside(sample, self._of.tokenizer)):
            record["xz_bits_per_byte"] = beside[""]
            for source, of in record["by_source"].items():
                of["xz_bits_per_byte"] = beside[source]
        return record

    def _sample(self, prompt: str) -> dict[str, Any]:
        settings = self._config.evaluate
        sampling, most = Sampling(settings.temperature, top_p=0.95), settings.sample_tokens
        text, made = text_after(self._of, prompt, most, sampling, self._config.seed, self._ranks.agree)
        return {"prompt": prompt, "text": text, "ended": made < most, "tokens_made": made}
