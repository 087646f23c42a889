"""Recorded answers from Uniswap's own tests: swaps on V3 pools of positions, V2 prices, ticks.

Three forms. A list of ``{"id", "pool", "zero_for_one", "amount_specified", "sqrt_price_limit_x96",
"expected"}`` says what a swap moved or which revert it met, with prices at five significant digits;
``{"get_input_price": [...]}`` says the most a V2 pair pays, one unit more being refused; and
``{"tick_to_sqrt", "sqrt_to_tick"}`` pairs ticks and prices. Each becomes questions with known
answers; counting how many agree is for :mod:`ops.market.pool_report`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import partial

from domain.amm.concentrated import (
    Concentrated,
    Swapped,
    liquidity_at,
    net_table,
    with_liquidity,
)
from domain.amm.constant_product import keeps_k
from domain.amm.pool import Reverts, attempted, quote_in
from domain.amm.tick_math import Q96, sqrt_ratio_at_tick, tick_at_sqrt_ratio
from domain.amm.uniswap_v2 import UniswapV2
from domain.amm.uniswap_v3 import UniswapV3, minted_units
from domain.money import PIPS
from ops.json_fields import Fields

_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Question:
    """Something a contract was asked.

    Args:
        key: What, for reports.
        expected: What it answered; :class:`Reverts` when it refused.
        ask: Computes our answer.
    """

    key: str
    expected: object
    ask: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Asked:
    """A pool, or one piece of its maths, with what it was asked."""

    name: str
    kind: str
    questions: tuple[Question, ...]


def read_vectors(whole: Fields) -> list[Asked] | None:
    """Read any of the three forms; ``None`` for a file that is none of them.

    Raises:
        InputRefused: It is one of them, malformed.
    """
    if isinstance(whole.value, list):
        return _swaps(whole)
    if whole.has("get_input_price"):
        return [_input_prices(whole.field("get_input_price"))]
    if whole.has("tick_to_sqrt"):
        return [_ticks(whole)]
    return None


def _swaps(whole: Fields) -> list[Asked]:
    """Read swaps, those on one pool together, wherever they stand in the file."""
    grouped: dict[tuple[str, str], list[Fields]] = {}
    for swap in whole.items():
        name = swap.field("id").text().partition(" swap ")[0]
        pool = json.dumps(swap.field("pool").value, sort_keys=True)
        grouped.setdefault((name, pool), []).append(swap)
    return [_asked(name, swaps) for (name, _), swaps in grouped.items()]


def _asked(name: str, swaps: list[Fields]) -> Asked:
    stated = _Stated.read(swaps[0].field("pool"))
    return Asked(name, "v3", tuple(_swap_question(stated, swap) for swap in swaps))


@dataclass(frozen=True, slots=True)
class _Stated:
    """A V3 pool made of positions, and what they put into it."""

    pool: UniswapV3
    balances: tuple[int, int]

    @staticmethod
    def read(found: Fields) -> _Stated:
        table: dict[int, tuple[int, int]] = {}
        positions = [_position(item) for item in found.field("positions").items()]
        for lower, upper, liquidity in positions:
            table = with_liquidity(table, lower, upper, liquidity)
        price, ticks = found.field("sqrt_price_x96").integer(), net_table(table)
        tick = tick_at_sqrt_ratio(price)
        curve = Concentrated(
            sqrt_price_x96=price,
            tick=tick,
            liquidity=liquidity_at(ticks, tick),
            ticks=ticks,
            fee_pips=found.field("fee").integer(most=PIPS - 1),
            tick_spacing=found.field("tick_spacing").integer(least=1),
        )
        minted = [minted_units(curve, *position) for position in positions]
        share = found.field("fee_protocol").integer() if found.has("fee_protocol") else 0
        return _Stated(
            UniswapV3(curve, (share % 16, share >> 4 or share % 16)),
            (sum(first for first, _ in minted), sum(second for _, second in minted)),
        )

    def before(self) -> dict[str, str]:
        """Describe the pool as the vectors do, under both of their spellings."""
        first, second = map(str, self.balances)
        return {
            "amount0Before": first,
            "amount1Before": second,
            "poolBalance0": first,
            "poolBalance1": second,
            "poolPriceBefore": _price(self.pool.curve.sqrt_price_x96),
            "tickBefore": str(self.pool.curve.tick),
        }


def _position(found: Fields) -> tuple[int, int, int]:
    return (
        found.field("tick_lower").integer(least=None),
        found.field("tick_upper").integer(least=None),
        found.field("liquidity").integer(),
    )


def _swap_question(stated: _Stated, swap: Fields) -> Question:
    is_zero_in = swap.field("zero_for_one").flag()
    amount = swap.field("amount_specified").integer(least=None)
    named = "sqrt_price_limit_x96"
    limit = swap.field(named).integer() if swap.has(named) else None
    expected = {name: str(item.value) for name, item in swap.field("expected").entries()}
    error, sold = expected.pop("swapError", None), 0 if is_zero_in else 1

    def ask() -> object:
        done = attempted(lambda: stated.pool.swapped(sold, 1 - sold, amount, limit))
        answer = stated.before() | (_after(done, sold) if isinstance(done, Swapped) else {})
        shown = {name: answer.get(name) for name in expected}
        is_as_before = error is not None and shown == expected
        return done if isinstance(done, Reverts) and (is_as_before or error is None) else shown

    return Question(swap.field("id").text(), Reverts(error) if error else expected, ask)


def _after(done: Swapped, sold: int) -> dict[str, str]:
    moved, growth = [0, 0], [0, 0]
    moved[sold], moved[1 - sold] = done.in_units, -done.out_units
    growth[sold] = done.fee_growth_x128
    return {
        "amount0Delta": str(moved[0]),
        "amount1Delta": str(moved[1]),
        "executionPrice": _ratio(-moved[1], moved[0]),
        "feeGrowthGlobal0X128Delta": str(growth[0]),
        "feeGrowthGlobal1X128Delta": str(growth[1]),
        "poolPriceAfter": _price(done.sqrt_price_x96),
        "tickAfter": str(done.tick),
    }


def _price(sqrt_price_x96: int) -> str:
    return _ratio(sqrt_price_x96**2, Q96**2)


def _ratio(numerator: int, denominator: int) -> str:
    """Write a ratio at five significant digits, as the vectors do."""
    if not denominator:
        return "NaN" if not numerator else "Infinity" if numerator > 0 else "-Infinity"
    with localcontext(prec=_DIGITS, rounding=ROUND_HALF_UP):
        shown = Decimal(numerator) / Decimal(denominator)
    exponent = shown.adjusted()
    if exponent < _DIGITS:
        return f"{shown:.{_DIGITS - 1 - exponent}f}"
    return f"{shown.scaleb(-exponent):.{_DIGITS - 1}f}e+{exponent}"


def _input_prices(found: Fields) -> Asked:
    """Read V2's vectors: what a pair pays at most, and that it refuses one unit more."""
    questions: list[Question] = []
    for case in found.items():
        names = ("amount_in", "reserve_in", "reserve_out", "max_out")
        paid, there, here, most = (case.field(name).integer() for name in names)
        pair = UniswapV2((there, here))
        questions += [
            Question(case.where, most, partial(_quoted, pair, paid)),
            Question(
                f"{case.where}, a unit more", Reverts("K"), partial(_taken, pair, paid, most + 1)
            ),
        ]
    return Asked("get_input_price", "v2", tuple(questions))


def _quoted(pair: UniswapV2, paid: int) -> int | Reverts:
    return quote_in(pair, 0, 1, paid)


def _taken(pair: UniswapV2, paid: int, taken: int) -> int | Reverts:
    is_kept = keeps_k(paid, taken, *pair.reserves, pair.fee, pair.fee_scale)
    return taken if is_kept else Reverts("the pair would not keep its product (K)")


def _ticks(whole: Fields) -> Asked:
    """Read pairs of ticks and square-root prices, in either direction."""
    questions: list[Question] = []
    for name, ask in (("tick_to_sqrt", sqrt_ratio_at_tick), ("sqrt_to_tick", tick_at_sqrt_ratio)):
        for pair in whole.field(name).items() if whole.has(name) else []:
            given, expected = (item.integer(least=None) for item in pair.items(least=2)[:2])
            question = partial(attempted, partial(ask, given))
            questions.append(Question(pair.where, expected, question))
    return Asked("tick_math", "v3", tuple(questions))
