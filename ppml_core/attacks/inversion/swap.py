"""The swap test: did a reconstruction come from the person, or from the class at large?

Two models differ, by a fair coin for every slot, in whether slot k was trained on
candidate A or on candidate B. If what comes out of slot k does not depend on who
was in it, then whose reconstruction is nearer to whom is a fair coin too, whatever
the attack, the pictures and the measure of nearness: the null is exactly 1/2.

Two tests share this null. The swap test asks each reconstruction by itself, as an
attacker would who has one model. Side by side, the two reconstructions of a pair are
compared: what they have in common cancels, and a trace of the record shows that no
single picture shows. The first is the size of a leak, the second finds smaller ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core._seeds import generator
from ppml_core.statistics.intervals import Interval, wilson
from ppml_core.statistics.laws import binomial_tail

FLIPS_MAX = 14
"""Most pairs whose 2^n coin assignments are all looked at."""

SAME = 1e-12
TIES = ("inversion", "ties")


@dataclass(frozen=True, kw_only=True)
class SwapResult:
    """``wins`` of ``pairs`` independent trials, Wilson's 95 % interval of their share, and
    the exact probability of as many wins or more by coins alone."""

    wins: int
    pairs: int
    rate: float
    ci: Interval
    p_value: float


def coins(pairs: int, slots: int, seed: int) -> np.ndarray:
    """Who is in which slot: bool ``(2 * pairs, slots)``, True for A.

    Rows ``2p`` and ``2p + 1`` are complementary; row ``2p`` is independent fair coins.

    >>> holds = coins(3, 4, seed=0)
    >>> bool((holds[::2] == ~holds[1::2]).all())
    True
    """
    heads = generator(seed, "inversion", "coins").random((pairs, slots)) < 0.5
    return np.stack([heads, ~heads], axis=1).reshape(2 * pairs, slots)


def swap_test(near: np.ndarray, first_holds_a: np.ndarray, seed: int) -> SwapResult:
    """Is each reconstruction nearer its own? One trial a pair of models.

    ``near``: ``(P, 2, 2)``, how near the reconstruction of the pair's model i is to
    candidate A (0) and to B (1), larger being nearer. ``first_holds_a``: bool ``(P,)``.
    A pair is won where both reconstructions are nearer their own candidate and lost where
    both are nearer the other one. Where one of each is, or a tie, a coin decides, so that
    the rate estimates how often a single reconstruction is nearer its own.

    >>> near = np.array([[[0.9, 0.1], [0.2, 0.8]]] * 10)
    >>> swap_test(near, np.ones(10, dtype=bool), seed=0).rate
    1.0
    """
    towards_a = near[..., 0] - near[..., 1]
    holds = np.stack([first_holds_a, ~first_holds_a], axis=1)
    sides = np.where(np.abs(towards_a) <= SAME, 0.0, np.sign(towards_a))
    return _counted(np.where(holds, sides, -sides).sum(axis=1), generator(seed, *TIES))


def side_by_side_test(near: np.ndarray, first_holds_a: np.ndarray, seed: int) -> SwapResult:
    """Do the two reconstructions of a pair, compared with each other, tell who is where?

    Arguments as of :func:`swap_test`. A pair is won where ``near(r_a, A) + near(r_b, B) >
    near(r_a, B) + near(r_b, A)``, ``r_a`` being the reconstruction of the model that
    holds A; a tie is decided by a coin. Nobody has both models but an auditor, or an
    attacker who trains models of their own.

    >>> near = np.array([[[0.6, 0.5], [0.55, 0.5]]] * 10)  # both nearer A, one of them more so
    >>> side_by_side_test(near, np.ones(10, dtype=bool), seed=0).rate
    1.0
    """
    margin = margins(near, first_holds_a)
    return _counted(
        np.where(np.abs(margin) <= SAME, 0.0, margin), generator(seed, *TIES, "side by side")
    )


def _counted(votes: np.ndarray, rng: np.random.Generator) -> SwapResult:
    """Pairs are won where the vote ``(P,)`` is above 0; at 0 by a fair coin."""
    coin = rng.random(len(votes)) < 0.5
    won = np.where(votes == 0, coin, votes > 0)
    wins, pairs = int(won.sum()), len(won)
    return SwapResult(
        wins=wins,
        pairs=pairs,
        rate=wins / pairs,
        ci=wilson(wins, pairs),
        p_value=binomial_tail(wins, pairs, 0.5),
    )


def margins(near: np.ndarray, first_holds_a: np.ndarray) -> np.ndarray:
    """``(P,)``: by how much the two reconstructions are nearer to their own than crosswise."""
    straight = near[:, 0, 0] + near[:, 1, 1] - near[:, 0, 1] - near[:, 1, 0]
    return np.where(first_holds_a, straight, -straight)


def sign_flip_p(differences: np.ndarray) -> float:
    """One-sided p-value that pairs' differences are larger than coins would make them.

    Exact (Fisher 1935): the share of the 2^P assignments of signs whose sum is at least
    the one seen. Valid because the coins of the pairs were fair and independent, with no
    assumption about the differences. Raises ``ValueError`` beyond ``FLIPS_MAX`` pairs.

    >>> sign_flip_p(np.array([0.5, 0.1, 0.3]))
    0.125
    """
    pairs = len(differences)
    if pairs > FLIPS_MAX:
        raise ValueError(f"at most {FLIPS_MAX} pairs, got {pairs}")
    signs = 1 - 2 * ((np.arange(2**pairs)[:, None] >> np.arange(pairs)) & 1)
    sums = signs @ np.asarray(differences, dtype=np.float64)
    return float(np.mean(sums >= sums[0] - SAME))


def person_test(near: np.ndarray, first_has_them: np.ndarray) -> tuple[int, int, float | None]:
    """(wins, trials, p-value) of one person, who was chosen because the first model has them.

    ``near``: ``(P, 2)``, how near the reconstructions of a pair's two models are to the
    person; ``first_has_them``: bool ``(P,)``, by fair coins. A trial is a pair: is the
    reconstruction of the model that has them nearer? The first pair's coin decided who is
    asked about, so for it the answer is no coin any more, and it is left out. None where
    nothing is left.

    >>> person_test(np.array([[0.1, 0.9], [0.5, 0.1], [0.2, 0.3]]), np.array([True, True, False]))
    (2, 2, 0.25)
    """
    others = np.where(first_has_them, 1, -1)[1:] * (near[1:, 0] - near[1:, 1])
    p_value = sign_flip_p(others) if len(others) else None
    return int((others > 0).sum()), len(others), p_value
