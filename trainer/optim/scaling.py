"""Scaling laws: what tokens, parameters and repetition are worth.

Hoffmann et al. 2022 (Chinchilla, https://arxiv.org/abs/2203.15556, section 3.3) fit the loss of a model of N parameters
after D tokens as

    L(N, D) = E + A / N^alpha + B / D^beta

Muennighoff et al. 2023 (https://arxiv.org/abs/2305.16264, section 3.1 and appendix A) let repeated tokens and excess
parameters decay. Of U unique tokens, read R = D / U - 1 times more than once, D is worth

    D' = U + U * R_D * (1 - exp(-R / R_D))

fresh tokens; and of N parameters, where U tokens are enough for only U_N, N is worth

    N' = U_N + U_N * R_N * (1 - exp(-(N / U_N - 1) / R_N))

All constants are theirs, fitted on C4 with GPT-2's tokenizer, models of 7 million to 9 billion parameters and up to 500
epochs. The loss (nats a token of GPT-2's) ranks choices; it forecasts no run on another corpus or vocabulary.
"""

import math
from collections.abc import Mapping

E = math.exp(0.6254804)
"""What no model of the fit's kind goes below: 1.87 nats a token."""
A = math.exp(6.255414)
B = math.exp(7.3049974)
ALPHA = BETA = 0.3526596
R_D = 15.387756
"""Repetitions after which a further one is worth 1/e of a fresh pass."""
R_N = 5.309743

FITTED = 7e6, 9e9
"""Parameters of the models that the law was fitted on; below, it says what no model of that size does."""
EPOCHS_AS_GOOD = 4.0
"""Up to so many epochs a repeated token is nearly worth a fresh one (Muennighoff et al. 2023, section 1)."""
TOKENS_PER_PARAMETER = 20.0
"""Chinchilla's optimum (Hoffmann et al. 2022, table 3)."""


def effective_tokens(unique: float, tokens: float) -> float:
    """How many fresh tokens `tokens` are worth that are drawn from `unique` different ones."""
    if tokens <= unique:
        return tokens
    if unique <= 0:
        return 0.0
    return unique + unique * R_D * -math.expm1(-(tokens / unique - 1) / R_D)


def effective_of_sources(drawn: Mapping[str, tuple[float, float]]) -> float:
    """The same for a mixture, source to (unique, drawn). The paper repeats one corpus as a whole; that each source
    decays by itself is our reading of it."""
    return math.fsum(effective_tokens(unique, tokens) for unique, tokens in drawn.values())


def optimal_parameters(tokens: float) -> float:
    """How many parameters `tokens` fresh tokens are enough for: about a twentieth (appendix A, equation for U_N)."""
    g = (ALPHA * A / (BETA * B)) ** (1 / (ALPHA + BETA))
    return float((tokens * g) ** (BETA / ALPHA) * g)


def effective_parameters(parameters: float, unique: float) -> float:
    """What `parameters` are worth where there are `unique` different tokens to fit them to."""
    enough = min(optimal_parameters(unique), parameters)
    if enough <= 0:
        return 0.0
    return enough + enough * R_N * -math.expm1(-(parameters / enough - 1) / R_N)


def loss(parameters: float, tokens: float) -> float:
    """Nats a token by the fit, of what is fresh and in proportion; give it effective numbers where it is not."""
    return float(E + A / parameters**ALPHA + B / tokens**BETA)
