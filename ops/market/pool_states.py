"""Pools as files state them, turned into snapshots: one reader a kind.

A state is what its contract said at one block: reserves, ticks, balances, fees. A kind that is not
in :data:`READERS` is refused by name, and so is a state that its family cannot honestly compute
(hooks, lending rates that are not given, metapools).
"""

from __future__ import annotations

from collections.abc import Callable

from domain.amm.balancer_weighted import Weighted
from domain.amm.concentrated import Concentrated
from domain.amm.curve_stableswap import PRECISION, Form, Product, StableSwap, ramped
from domain.amm.pool import Pool
from domain.amm.solidly import FEE_SCALE, Solidly
from domain.amm.uniswap_v2 import UniswapV2
from domain.amm.uniswap_v3 import UniswapV3
from domain.amm.uniswap_v4 import UniswapV4
from domain.money import PIPS
from ops.json_fields import Fields

_RATE_DIGITS = 36
"""A stableswap rate has 36 less the coin's decimals."""
_ACCOUNTED = 18
"""Balancer counts every coin at 18 decimals."""
_ROUNDED_D = {
    1: (100, Product.BY_COIN),
    2: (1, Product.BY_COIN),
    3: (1, Product.BY_COIN_PLUS_ONE),
    4: (100, Product.BY_COIN_PLUS_ONE),
    5: (100, Product.AT_THE_END),
    6: (100, Product.AT_THE_END),
}
"""`strategies.d_variant` of a stableswap pool -> precision of A, and how its product is rounded."""
_PAID = {
    1: (True, False),
    2: (True, True),
    3: (True, False),
    5: (True, False),
    9: (False, False),
    10: (True, False),
    11: (False, True),
}
"""`strategies.swap_style` -> (one unit stays, conversion before fee), where no rate moves."""
_RAW_BALANCES = 3


def read_pool(kind: Fields, state: Fields) -> Pool:
    """Turn a state into a snapshot.

    Raises:
        InputRefused: The kind is unknown, or the state is malformed or beyond its family.
    """
    reader = READERS.get(kind.text())
    if reader is None:
        kind.refuse(f"is {kind.text()!r}, which is not one of {', '.join(READERS)}")
    return reader(state)


def _uniswap_v2(state: Fields) -> UniswapV2:
    fee, scale = 3, 1_000
    if state.has("fee_numer") or state.has("fee_denom"):
        fee = state.field("fee_numer").integer()
        scale = state.field("fee_denom").integer(least=fee + 1)
    return UniswapV2(_reserves(state), fee, scale)


def _solidly(state: Fields, *, is_stable: bool) -> Solidly:
    fee = state.field("fee_raw").integer(most=FEE_SCALE - 1)
    if not is_stable:
        return Solidly(_reserves(state), fee, (1, 1), is_stable)
    decimals = [_decimals(state.field(name)) for name in ("token0", "token1")]
    return Solidly(_reserves(state), fee, (10 ** decimals[0], 10 ** decimals[1]), is_stable)


def _uniswap_v3(state: Fields) -> UniswapV3:
    scalars = state.field("scalars")
    shares = scalars.field("fee_protocol").integer() if scalars.has("fee_protocol") else 0
    return UniswapV3(_curve(state), (shares % 16, shares >> 4))


def _uniswap_v4(state: Fields) -> UniswapV4:
    for holder in _holders(state):
        if holder.has("hooks") and holder.field("hooks").text().strip("0x"):
            holder.field("hooks").refuse(
                "are hooks, and a pool with hooks follows no known formula"
            )
    scalars = state.field("scalars")
    packed = scalars.field("protocol_fee").integer() if scalars.has("protocol_fee") else 0
    return UniswapV4(_curve(state), (packed % 4096, packed >> 12))


def _curve(state: Fields) -> Concentrated:
    scalars = state.field("scalars")
    return Concentrated(
        sqrt_price_x96=scalars.field("sqrt_price_x96").integer(),
        tick=scalars.field("tick").integer(least=None),
        liquidity=scalars.field("liquidity").integer(),
        ticks=_ticks(state.field("tick_data")),
        fee_pips=_fixed(state, "lp_fee", "fee").integer(most=PIPS),
        tick_spacing=_fixed(state, "tick_spacing").integer(least=1),
    )


def _holders(state: Fields) -> list[Fields]:
    """List where a pool's fixed numbers may stand: what it is asked by is a part of V4's key."""
    keys = [state.field("pool_key")] if state.has("pool_key") else []
    return [state.field("scalars"), state, *keys]


def _fixed(state: Fields, *names: str) -> Fields:
    """Find the first of some names, wherever it stands; refuse the last where none does."""
    for name in names:
        for holder in _holders(state):
            if holder.has(name):
                return holder.field(name)
    return state.field("scalars").field(names[-1])


def _ticks(table: Fields) -> tuple[tuple[int, int], ...]:
    """Read (tick, net) of each tick with liquidity, whichever of the two columns is the net one.

    Gross is never negative and never below the net's size; a tick is initialised by its gross.
    """
    rows = {
        Fields(tick, row.where).integer(least=None): _net_and_gross(row)
        for tick, row in table.entries()
    }
    for net, gross in ((0, 1), (1, 0)):
        if all(row[gross] >= abs(row[net]) for row in rows.values()):
            return tuple((tick, rows[tick][net]) for tick in sorted(rows) if rows[tick][gross])
    return table.refuse("has no column that can be the gross liquidity of its ticks")


def _net_and_gross(row: Fields) -> tuple[int, int]:
    if isinstance(row.value, dict):
        named = ("liquidity_net", "liquidity_gross")
        found = [row.field(name).integer(least=None) for name in named]
    else:
        found = [item.integer(least=None) for item in row.items(least=2)[:2]]
    return found[0], found[1]


def _stableswap(state: Fields) -> StableSwap:
    _refuse_moving_rates(state)
    balances = tuple(item.integer() for item in state.field("balances").items(least=2))
    form, rates = _form(state), _rates(state)
    if len(rates) != len(balances):
        state.refuse("has not one balance for each of its tokens")
    return StableSwap(
        balances=balances,
        rates=rates,
        amp=_amp(state, form),
        fee=state.field("fee").integer(),
        admin_fee=state.field("admin_fee").integer() if state.has("admin_fee") else 0,
        form=form,
    )


def _refuse_moving_rates(state: Fields) -> None:
    if state.has("base_pool") or (state.has("is_metapool") and state.field("is_metapool").flag()):
        state.refuse("is a metapool, whose base pool would have to be known")
    lends = state.field("use_lending").items() if state.has("use_lending") else []
    asks_others = state.has("strategies") and _strategy(state, "lending_rate_style") != 1
    if (asks_others or any(item.flag() for item in lends)) and not state.has("rates"):
        state.refuse("lends its coins or asks others for their rates: state the rates at the block")


def _form(state: Fields) -> Form:
    if not state.has("strategies"):
        return Form()
    rounded, style = _strategy(state, "d_variant"), _strategy(state, "swap_style")
    if rounded not in _ROUNDED_D or style not in _PAID:
        state.field("strategies").refuse("names a formula that is not plain stableswap")
    (precision, product), (keeps_one, converts_first) = _ROUNDED_D[rounded], _PAID[style]
    return Form(precision, product, keeps_one, converts_first)


def _strategy(state: Fields, name: str) -> int:
    strategies = state.field("strategies")
    return strategies.field(name).integer() if strategies.has(name) else 1


def _rates(state: Fields) -> tuple[int, ...]:
    if state.has("rates"):
        return tuple(item.integer(least=1) for item in state.field("rates").items())
    tokens = state.field("tokens").items()
    if state.has("strategies") and _strategy(state, "swap_style") == _RAW_BALANCES:
        return (PRECISION,) * len(tokens)
    return tuple(10 ** (_RATE_DIGITS - _decimals(token)) for token in tokens)


def _amp(state: Fields, form: Form) -> int:
    """Read A at the block, scaled as the form scales it; `A()` itself is rounded."""
    plain = state.field("a_coefficient").integer(least=1)
    names = ("initial_a", "future_a", "initial_a_time", "future_a_time", "block_timestamp")
    if not all(state.has(name) for name in names):
        return plain * form.a_precision
    found = ramped(*(state.field(name).integer() for name in names))
    return found * form.a_precision if found == plain else found


def _weighted(state: Fields) -> Weighted:
    balances, weights = (
        tuple(item.integer(least=least) for item in state.field(name).items(least=2))
        for name, least in (("balances", 0), ("weights", 1))
    )
    decimals = [_decimals(token, _ACCOUNTED) for token in state.field("tokens").items()]
    if not len(balances) == len(weights) == len(decimals):
        state.refuse("has not one balance and one weight for each of its tokens")
    return Weighted(
        balances=balances,
        weights=weights,
        scales=tuple(10 ** (_ACCOUNTED - digits) for digits in decimals),
        fee=state.field("swap_fee").integer(),
        has_exact_powers=not state.has("version") or state.field("version").integer() > 1,
    )


def _reserves(state: Fields) -> tuple[int, int]:
    return (
        state.field("reserves_token0").integer(),
        state.field("reserves_token1").integer(),
    )


def _decimals(token: Fields, most: int = _RATE_DIGITS) -> int:
    decimals = token.field("decimals")
    if decimals.integer() > most:
        decimals.refuse(f"is more than {most}, beyond which this contract does not count")
    return decimals.integer()


READERS: dict[str, Callable[[Fields], Pool]] = {
    "v2": _uniswap_v2,
    "v3": _uniswap_v3,
    "v4": _uniswap_v4,
    "v2_volatile": lambda state: _solidly(state, is_stable=False),
    "solidly_stable": lambda state: _solidly(state, is_stable=True),
    "curve": _stableswap,
    "balancer_weighted": _weighted,
}
"""Kind, as files name it -> its reader."""
