"""What a run asks of its model on the way: cloze tasks, and texts to go on with.

It changes nothing of the training: weights stay as they are, and what is drawn for a sample comes from a generator of
its own. All ranks ask together, and the first one's choice of a token is everyone's, so that none waits for another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from winnow.trainer.config.settings import Evaluate
from winnow.trainer.evaluate import cloze
from winnow.trainer.evaluate.cloze import Question
from winnow.trainer.evaluate.generate import Sampling, text_after
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run.open_checkpoint import Checkpoint

Item = tuple[str, str]
"""("task", its name), ("sample", its prompt) or EVALUATION."""
EVALUATION: Item = ("evaluation", "")


class Asking:
    """Of one run."""

    def __init__(
        self, of: Checkpoint, settings: Evaluate, questions: Mapping[str, Sequence[Question]], seed: int, ranks: Ranks
    ) -> None:
        """`of`: the model as it trains. BadCall where a choice is longer than the model's context."""
        self._of, self._settings, self._questions, self._seed, self._ranks = of, settings, questions, seed, ranks
        self._context = of.model.layout.context
        self.items: list[Item] = [*(("task", name) for name in questions),
                                  *(("sample", prompt) for prompt in dict.fromkeys(settings.samples))]  # fmt: skip
        for asked in questions.values():
            cloze.hold(asked, of.tokenizer.encode, of.tokenizer.begin, self._context)

    def ask(self, item: Item) -> dict[str, Any]:
        """What metrics.jsonl says of the answer."""
        kind, name = item
        if kind == "sample":
            return self._sample(name)
        of, questions = self._of, self._questions[name]
        words = of.tokenizer
        return asdict(cloze.score(of.model, name, questions, words.encode, words.begin, self._context, self._ranks))

    def _sample(self, prompt: str) -> dict[str, Any]:
        most = self._settings.sample_tokens
        sampling = Sampling(self._settings.temperature, top_p=0.95)
        text, made = text_after(self._of, prompt, most, sampling, self._seed, self._ranks.agree)
        return {"prompt": prompt, "text": text, "ended": made < most, "tokens_made": made}
