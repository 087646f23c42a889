"""Ticks and square-root prices of Uniswap V3, to the last bit.

A tick is an exponent: price = 1.0001^tick, kept as √price in Q64.96. The contract multiplies the
powers 1.0001^(−2^i / 2) of the set bits of |tick| in Q128.128; doing the same with the same
roundings gives the same bits. The inverse is defined by that function (the greatest tick whose
ratio is not above the price), so here it is a guess corrected by it, whatever logarithm the
contract uses.

Swaps do not belong here (:mod:`domain.amm.concentrated`).
"""

from __future__ import annotations

import math
from functools import lru_cache

from domain.errors import InputRefused

MIN_TICK = -887_272
MAX_TICK = 887_272
MIN_SQRT_RATIO = 4_295_128_739
MAX_SQRT_RATIO = 1_461_446_703_485_210_103_287_273_052_203_988_822_378_723_970_342
Q96 = 1 << 96

_POWERS_X128 = (
    0xFFFCB933BD6FAD37AA2D162D1A594001,
    0xFFF97272373D413259A46990580E213A,
    0xFFF2E50F5F656932EF12357CF3C7FDCC,
    0xFFE5CACA7E10E4E61C3624EAA0941CD0,
    0xFFCB9843D60F6159C9DB58835C926644,
    0xFF973B41FA98C081472E6896DFB254C0,
    0xFF2EA16466C96A3843EC78B326B52861,
    0xFE5DEE046A99A2A811C461F1969C3053,
    0xFCBE86C7900A88AEDCFFC83B479AA3A4,
    0xF987A7253AC413176F2B074CF7815E54,
    0xF3392B0822B70005940C7A398E4B70F3,
    0xE7159475A2C29B7443B29C7FA6E889D9,
    0xD097F3BDFD2022B8845AD8F792AA5825,
    0xA9F746462D870FDF8A65DC1F90E061E5,
    0x70D869A156D2A1B890BB3DF62BAF32F7,
    0x31BE135F97D08FD981231505542FCFA6,
    0x9AA508B5B7A84E1C677DE54F3E99BC9,
    0x5D6AF8DEDB81196699C329225EE604,
    0x2216E584F5FA1EA926041BEDFE98,
    0x48A170391F7DC42444E8FA2,
)
"""2^128 · 1.0001^(−2^i / 2) for i = 0..19 with the contract's last digits; a test derives them."""


@lru_cache(maxsize=4096)  # a search asks for the same few ticks hundreds of times
def sqrt_ratio_at_tick(tick: int) -> int:
    """Compute √(1.0001^tick) in Q64.96, rounded up as the contract rounds.

    Raises:
        InputRefused: The tick is beyond ±887 272.

    Source:
        TickMath.getSqrtRatioAtTick (v3-core).
    """
    if not MIN_TICK <= tick <= MAX_TICK:
        raise InputRefused("ticks lie within ±887272", tick=tick)
    magnitude = abs(tick)
    ratio = 1 << 128
    for bit, power in enumerate(_POWERS_X128):
        if magnitude >> bit & 1:
            ratio = ratio * power >> 128
    if tick > 0:
        ratio = ((1 << 256) - 1) // ratio
    return -(-ratio >> 32)


def tick_at_sqrt_ratio(sqrt_price_x96: int) -> int:
    """Find the greatest tick whose ratio is not above a price.

    Args:
        sqrt_price_x96: √price in Q64.96, within [MIN_SQRT_RATIO, MAX_SQRT_RATIO).

    Raises:
        InputRefused: The price is outside that range.

    Source:
        TickMath.getTickAtSqrtRatio (v3-core).
    """
    if not MIN_SQRT_RATIO <= sqrt_price_x96 < MAX_SQRT_RATIO:
        raise InputRefused("this square-root price is outside the curve", got=sqrt_price_x96)
    guess = math.floor(2 * (math.log(sqrt_price_x96) - math.log(Q96)) / math.log(1.0001))
    tick = max(MIN_TICK, min(MAX_TICK - 1, guess))
    while sqrt_ratio_at_tick(tick) > sqrt_price_x96:
        tick -= 1
    while sqrt_ratio_at_tick(tick + 1) <= sqrt_price_x96:
        tick += 1
    return tick
