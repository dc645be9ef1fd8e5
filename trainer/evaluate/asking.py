"""What a run asks of its model on the way: cloze tasks, and texts to go on with.

It changes nothing of the training: weights stay as they are, and what is drawn for a sample comes from a generator of
its own. All ranks ask together, and the first one's choice of a token is everyone's, so that none waits for another.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from winnow.trainer.config.settings import Evaluate
from winnow.trainer.errors import shown
from winnow.trainer.evaluate import cloze
from winnow.trainer.evaluate.cloze import Question
from winnow.trainer.evaluate.generate import Sampling, text_after
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run.open_checkpoint import Checkpoint

Item = tuple[str, str]
"""("task", its name) or ("sample", its prompt)."""


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
            cloze.hold(asked, self._encode, of.tokenizer.begin, self._context)

    def ask(self, item: Item) -> tuple[dict[str, Any], str]:
        """What metrics.jsonl says of the answer, and the terminal."""
        kind, name = item
        return self._task(name) if kind == "task" else self._sample(name)

    def _task(self, name: str) -> tuple[dict[str, Any], str]:
        of = self._of
        found = cloze.score(
            of.model, name, self._questions[name], self._encode, of.tokenizer.begin, self._context, self._ranks
        )  # fmt: skip
        return found.record(), found.line()

    def _sample(self, prompt: str) -> tuple[dict[str, Any], str]:
        most = self._settings.sample_tokens
        sampling = Sampling(self._settings.temperature, top_p=0.95)
        text, made = text_after(self._of, prompt, most, sampling, self._seed, self._ranks.agree)
        record = {"prompt": prompt, "text": text, "ended": made < most, "tokens_made": made}
        return record, f"{shown(prompt, 40)} goes on: {shown(text, 200)}"

    def _encode(self, texts: list[str]) -> list[list[int]]:
        return [tokens.tolist() for tokens in self._of.tokenizer.encode(texts)]
