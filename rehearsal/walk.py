"""One seeded random walk that every venue of the rehearsal follows, each in its own time.

Pure and in integers. A reference price drifts around its anchor. *News* moves it at once by 0.3 %
to 1.5 %; the exchange follows within a step, the pools over several, so that CEX-DEX edges appear
and go. A *flow* hits one pool alone and fades, so that DEX-DEX edges appear and go. The rates aim
at one exploitable edge every two to four seconds (held by a test), which is far livelier than any
real market and states so here: a rehearsal of a minute has to show everything once.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

STEP_NS = 500_000_000
"""Half a second a step: two quotes a second are enough to look alive and cost little CPU."""

START_E6 = 3_000_000_000

_PPB = 1_000_000_000
_PPM = 1_000_000
_PULL_PPM = 10_000
"""One per cent of the distance to the anchor a step: after an hour the price is still near 3000."""
_DRIFT_PPB = 100_000
_NEWS_PPM = 60_000
_FLOW_PPM = 90_000
"""Chance of each kind of shock in a step."""
_USUAL_BASE_FEE_WEI = 2 * 10**8
"""A fifth of a gwei, as on a quiet day: an arbitrage costs some ten cents."""
_SHOCK_PPB = (3_000_000, 15_000_000)


class Follower(NamedTuple):
    """How a venue follows the reference.

    Args:
        kept_ppm: Share of its gap that is left a step later; its lag.
        noise_ppb: Size of its own flicker.
    """

    kept_ppm: int
    noise_ppb: int


FOLLOWERS = {
    "paper": Follower(50_000, 20_000),
    "univ3": Follower(600_000, 40_000),
    "univ2-a": Follower(720_000, 60_000),
    "univ2-b": Follower(820_000, 60_000),
}
"""The exchange is quickest, the oldest kind of pool slowest, as in real markets."""

POOLS = ("univ3", "univ2-a", "univ2-b")


class Step(NamedTuple):
    """Where everything stands after one step.

    Args:
        number: From 0.
        reference_e6: The price everybody is heading for, in millionths.
        targets_e6: What each venue should show, in millionths, by venue.
        base_fee_wei: What a unit of gas costs on the chain.
    """

    number: int
    reference_e6: int
    targets_e6: dict[str, int]
    base_fee_wei: int


class Walk:
    """The walk of one seed.

    Args:
        seed: The same seed gives the same walk, on any machine.
        start_e6: Anchor and first price.
    """

    def __init__(self, seed: int, start_e6: int = START_E6) -> None:
        self._seed = seed
        self._start_e6 = start_e6
        self._steps = iter(self)
        self._last: Step | None = None

    def __iter__(self) -> Iterator[Step]:
        """Walk from the beginning; there is no end."""
        chance, fees = random.Random(self._seed), random.Random(f"{self._seed}/fees")
        reference_e6, gaps_ppb = self._start_e6, dict.fromkeys(FOLLOWERS, 0)
        index, base_fee_wei = 0, _USUAL_BASE_FEE_WEI
        while True:
            yield Step(index, reference_e6, _targets(reference_e6, gaps_ppb), base_fee_wei)
            index += 1
            base_fee_wei = _next_base_fee(fees, base_fee_wei)
            move_ppb = _drift(chance, reference_e6, self._start_e6)
            news_ppb = _shock(chance, _NEWS_PPM)
            reference_e6 += reference_e6 * (move_ppb + news_ppb) // _PPB
            gaps_ppb = _followed(chance, gaps_ppb, news_ppb)

    def at(self, number: int) -> Step:
        """Give one step; going forward is cheap, going back starts over.

        Args:
            number: From 0.
        """
        if self._last is None or number < self._last.number:
            self._steps, self._last = iter(self), None
        if self._last is None or number > self._last.number:
            done = -1 if self._last is None else self._last.number
            self._last = next(islice(self._steps, number - done - 1, None))
        return self._last


def _targets(reference_e6: int, gaps_ppb: dict[str, int]) -> dict[str, int]:
    return {venue: reference_e6 * (_PPB + gap) // _PPB for venue, gap in gaps_ppb.items()}


def _drift(chance: random.Random, reference_e6: int, anchor_e6: int) -> int:
    away_ppb = (reference_e6 - anchor_e6) * _PPB // anchor_e6
    return _flicker(chance, _DRIFT_PPB) - away_ppb * _PULL_PPM // _PPM


def _next_base_fee(fees: random.Random, base_fee_wei: int) -> int:
    """Move as EIP-1559 lets it, an eighth at most, half of it back towards the usual."""
    eighth_wei = base_fee_wei // 8
    pulled_wei = (_USUAL_BASE_FEE_WEI - base_fee_wei) // 16
    return base_fee_wei + fees.randint(-eighth_wei, eighth_wei) * 3 // 4 + pulled_wei


def _flicker(chance: random.Random, size_ppb: int) -> int:
    return chance.randint(-size_ppb, size_ppb) + chance.randint(-size_ppb, size_ppb)


def _shock(chance: random.Random, chance_ppm: int) -> int:
    is_hit = chance.randrange(_PPM) < chance_ppm
    size_ppb = chance.randint(*_SHOCK_PPB) * chance.choice((-1, 1))
    return size_ppb if is_hit else 0


def _followed(chance: random.Random, gaps_ppb: dict[str, int], news_ppb: int) -> dict[str, int]:
    flow_ppb, hit = _shock(chance, _FLOW_PPM), chance.choice(POOLS)
    followed = {}
    for venue, (kept_ppm, noise_ppb) in FOLLOWERS.items():
        behind = (gaps_ppb[venue] - news_ppb) * kept_ppm // _PPM
        followed[venue] = behind + _flicker(chance, noise_ppb) + flow_ppb * (venue == hit)
    return followed
