"""A market told in a few words: messages of both channels for the desk of the test kit."""

from __future__ import annotations

from typing import Any

from domain.desk import DeskCard
from live.detection.detector import Detected, Detector, after_defi, after_market
from live.detection.rules import Rules
from live.protocol import v1, v2
from tests.kit.clock import NOON_NS
from tests.kit.facts import a_card
from tests.kit.wire import a_pool_state

ETH = 10**18
SYMBOL = v1.symbol_hash("paper:ETH-USDC")
GWEI = 10**9


def block_hash(number: int, branch: str = "b") -> str:
    """Name a block of a branch."""
    return "0x" + f"{branch}{number:x}".rjust(64, "0")


def a_head(number: int, base_fee_wei: int = GWEI, branch: str = "b") -> v2.ChainHead:
    """Say that a block is the head."""
    return v2.ChainHead(
        v2.Routing(),
        number,
        block_hash(number, branch),
        block_hash(number - 1),
        number,
        base_fee_wei,
    )


def a_state(venue: str, block: int, price_usdc: float, base_eth: int = 300) -> v2.PoolState:
    """State a V2 pool, WETH first, at a price; the reserves are whole and exact."""
    return a_pool_state(
        venue,
        block,
        block_hash=block_hash(block),
        reserve0=base_eth * ETH,
        reserve1=int(base_eth * price_usdc * 10**6),
    )


def a_block(number: int, prices: dict[str, float], base_fee_wei: int = GWEI) -> list[Any]:
    """State a head and pools at it."""
    states = [a_state(venue, number, price) for venue, price in prices.items()]
    return [a_head(number, base_fee_wei), *states]


def a_book(sequence: int, mid_usdc: float, spread_usdc: float = 1.0, eth: float = 5.0) -> Any:
    """State a book of three levels a side around a middle."""
    sides = [
        tuple(
            v1.Level(
                round((mid_usdc + sign * spread_usdc * (step - 0.5)) * 10**8), int(eth * 10**8)
            )
            for step in (1, 2, 3)
        )
        for sign in (-1, 1)
    ]
    return v1.L2Snapshot(NOON_NS, SYMBOL, sequence, *sides)


def a_quiet_book(sequence: int) -> Any:
    """State a book too wide to trade against any price near 3030, whose middle is the mark."""
    return a_book(sequence, 3030.0, spread_usdc=90.0)


class Playbook:
    """A detector that is told a script and remembers what it answered.

    Args:
        rules: Limits; the house's unless given.
        card: The desk.
    """

    def __init__(self, rules: Rules | None = None, card: DeskCard | None = None) -> None:
        self.detector = Detector.for_desk(card or a_card(), rules or Rules())
        self.now_ns = NOON_NS
        self.answers: list[Detected] = []

    def market(self, *messages: Any, after_ms: int = 1) -> Detected:
        """Tell a batch of v1 messages."""
        return self._tell(after_market, messages, after_ms)

    def defi(self, *messages: Any, after_ms: int = 1) -> Detected:
        """Tell a batch of v2 messages."""
        return self._tell(after_defi, messages, after_ms)

    def _tell(self, feed: Any, messages: tuple[Any, ...], after_ms: int) -> Detected:
        self.now_ns += after_ms * 10**6
        answer = feed(self.detector, messages, self.now_ns)
        self.detector = answer.detector
        self.answers.append(answer)
        return answer


def found(answer: Detected) -> list[tuple[str, str, str]]:
    """Name what was found: (strategy, buy venue, sell venue)."""
    return [
        (fact.strategy, fact.legs[0].venue, fact.legs[1].venue)
        for fact in (finding.opportunity for finding in answer.findings)
    ]
