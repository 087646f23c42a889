"""Random states by the thousand, asked of the deployed contracts too: equal to the unit."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from eth_utils.abi import function_signature_to_4byte_selector

from domain.amm.concentrated import Concentrated, liquidity_at, net_table, with_liquidity
from domain.amm.constant_product import keeps_k
from domain.amm.pool import Reverts, attempted, quote_in, quote_out
from domain.amm.tick_math import MAX_TICK, MIN_TICK, sqrt_ratio_at_tick
from domain.amm.uniswap_v2 import UniswapV2
from domain.amm.uniswap_v3 import UniswapV3
from live.chain.calldata import call_data, decode_words
from live.chain.signer import LocalSigner
from rehearsal.chain.deploy import address_of
from rehearsal.chain.keys import DEPLOYER_INDEX, key_at
from tests.kit.chain import TestChain
from tests.kit.chain_states import (
    Asked,
    Storage,
    answers,
    balance_storage,
    merged,
    pair_storage,
    pool_storage,
    view,
)

pytestmark = pytest.mark.chain

_STRANGER = "0x" + "57" * 20
_QUOTE = {
    True: "quoteExactInputSingle((address,address,uint256,uint24,uint160))",
    False: "quoteExactOutputSingle((address,address,uint256,uint24,uint160))",
}
_AMOUNTS_OUT = function_signature_to_4byte_selector("getAmountsOut(uint256,address[])")
_SPACINGS = {100: 1, 3_000: 60, 10_000: 200}
_WHOLE = 1 << 255


@dataclass(frozen=True)
class Ground:
    """Where the contracts are."""

    rpc_url: str
    tokens: tuple[str, str]
    pair: str
    pools: dict[int, str]

    def path(self, sold: int) -> list[str]:
        """Give the tokens in the order of a swap."""
        return list(self.tokens if sold == 0 else self.tokens[::-1])


@pytest.fixture
def ground(chain: TestChain) -> Ground:
    """The rehearsal's contracts, with empty V3 pools of the other fees beside them."""
    card = chain.card
    first, second = sorted((chain.weth, chain.usdc), key=lambda token: int(token, 16))
    deployer, factory = LocalSigner.from_key(key_at(DEPLOYER_INDEX)), address_of("v3-factory")
    chain.send(deployer, factory, call_data("enableFeeAmount(uint24,int24)", 100, 1))
    pools: dict[int, str] = {}
    for fee in _SPACINGS:
        create = call_data("createPool(address,address,uint24)", first, second, fee)
        chain.send(deployer, factory, create, gas_limit=9_000_000)
        signature = "getPool(address,address,uint24)"
        (pools[fee],) = chain.view(factory, signature, "address", first, second, fee)
        start = call_data("initialize(uint160)", 1 << 96)
        assert chain.send(deployer, pools[fee], start).status == 1
    pair = next(pool.address for pool in card.pools if pool.venue == "univ2-a")
    return Ground(chain.rpc_url, (first, second), pair, pools)


def _size(rng: random.Random, most_bits: int) -> int:
    """Draw an amount whose length is even, so that dust and floods come as often as the rest."""
    return rng.getrandbits(rng.randint(1, most_bits))


# --- V2 -------------------------------------------------------------------------------------------


def _pair(rng: random.Random) -> UniswapV2:
    return UniswapV2((_size(rng, 112), _size(rng, 112)))


def _router_call(ground: Ground, pool: UniswapV2, sold: int, units: int, *, is_in: bool) -> Asked:
    name = "getAmountsOut" if is_in else "getAmountsIn"
    storage = pair_storage(ground.pair, pool.reserves)
    return view(
        address_of("router-a"), storage, f"{name}(uint256,address[])", units, ground.path(sold)
    )


def _hold_v2(ground: Ground, count: int, seed: int) -> None:
    rng = random.Random(seed)
    calls, ours = list[Asked](), list[int | Reverts]()
    for _ in range(count):
        pool, sold, is_in = _pair(rng), rng.randrange(2), rng.random() < 0.5
        units = _size(rng, 150) if is_in else _size(rng, 112) % (pool.reserves[1 - sold] + 2)
        calls.append(_router_call(ground, pool, sold, units, is_in=is_in))
        ours.append((quote_in if is_in else quote_out)(pool, sold, 1 - sold, units))
    told = answers(ground.rpc_url, calls)
    for at, (asked, answer) in enumerate(zip(calls, told, strict=True)):
        assert isinstance(ours[at], Reverts) == (answer is None), (asked, ours[at])
        if answer is not None:
            (amounts,) = decode_words("uint256[]", answer)
            assert ours[at] == amounts[-1 if asked.data.startswith(_AMOUNTS_OUT) else 0], asked


def _hold_k(ground: Ground, count: int, seed: int) -> None:
    """Ask pairs themselves: they pay what we say a swap pays, and not one unit more."""
    rng = random.Random(seed)
    calls, ours = list[Asked](), list[tuple[bool, object]]()
    for _ in range(count):
        pool, sold = _pair(rng), rng.randrange(2)
        there, here = pool.reserves[sold], pool.reserves[1 - sold]
        units = _size(rng, 110) % ((1 << 112) - there) or 1
        most = quote_in(pool, sold, 1 - sold, units)
        paid = (most if isinstance(most, int) else 0) + rng.randrange(2)
        held = {sold: there + units, 1 - sold: here}
        storage = merged(
            pair_storage(ground.pair, pool.reserves),
            *(balance_storage(ground.tokens[i], {ground.pair: held[i]}) for i in (0, 1)),
        )
        outs = (0, paid) if sold == 0 else (paid, 0)
        signature = "swap(uint256,uint256,address,bytes)"
        calls.append(view(ground.pair, storage, signature, *outs, _STRANGER, b""))
        is_kept = 0 < paid < here and keeps_k(units, paid, there, here, 3, 1_000)
        ours.append((is_kept, (pool, sold, units, paid)))
    for at, answer in enumerate(answers(ground.rpc_url, calls)):
        assert (answer is not None) == ours[at][0], ours[at][1]


def test_v2_quotes_equal_the_deployed_router_over_two_thousand_random_states(ground: Ground):
    _hold_v2(ground, 2_000, seed=1)


def test_the_deployed_pair_pays_what_is_quoted_and_not_a_unit_more(ground: Ground):
    _hold_k(ground, 400, seed=2)


@pytest.mark.slow
def test_v2_quotes_equal_the_deployed_router_over_ten_thousand_random_states(ground: Ground):
    _hold_v2(ground, 10_000, seed=3)
    _hold_k(ground, 5_000, seed=4)


# --- V3 -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """A V3 pool at random."""

    curve: Concentrated
    gross: dict[int, int]


def _table(rng: random.Random, spacing: int) -> dict[int, tuple[int, int]]:
    """Draw positions that overlap, touch, or leave ranges without liquidity between them."""
    table: dict[int, tuple[int, int]] = {}
    centre, reach = rng.randrange(-800, 800), rng.choice([3, 40, 300, 2_000])
    for _ in range(rng.randint(1, 5)):
        ends = sorted(rng.sample(range(centre - reach, centre + reach), 2))
        lower, upper = (end * spacing for end in ends)
        if lower >= MIN_TICK and upper <= MAX_TICK:
            table = with_liquidity(table, lower, upper, 1 + _size(rng, 90))
    return table


def _drawn(rng: random.Random, fee: int) -> Drawn:
    spacing = _SPACINGS[fee]
    table = _table(rng, spacing)
    ticks = net_table(table)
    inside = [rng.choice([at for at, _ in ticks])] if ticks else [0]
    tick = max(MIN_TICK, min(MAX_TICK - 1, inside[0] + rng.randint(-3 * spacing, 3 * spacing)))
    low, high = sqrt_ratio_at_tick(tick), sqrt_ratio_at_tick(tick + 1)
    price = low if rng.random() < 0.2 else rng.randrange(low, high)
    curve = Concentrated(price, tick, liquidity_at(ticks, tick), ticks, fee, spacing)
    return Drawn(curve, {at: gross for at, (_, gross) in table.items() if gross})


def _limit(rng: random.Random, curve: Concentrated, sold: int) -> int:
    """Draw a price limit: none as a rule, sometimes near, sometimes on the wrong side."""
    if rng.random() < 0.7:
        return 0
    away = rng.randint(0, 400) * curve.tick_spacing * (-1 if sold == 0 else 1)
    tick = max(MIN_TICK, min(MAX_TICK, curve.tick + (away or rng.randint(-2, 2))))
    return sqrt_ratio_at_tick(tick)


def _pool_storage(ground: Ground, drawn: Drawn) -> Storage:
    pool = ground.pools[drawn.curve.fee_pips]
    rich = (balance_storage(token, {pool: _WHOLE}) for token in ground.tokens)
    return merged(pool_storage(pool, drawn.curve, drawn.gross), *rich)


def _quoted(
    drawn: Drawn, sold: int, units: int, limit: int, *, is_in: bool
) -> tuple[int, int] | Reverts:
    """Give the quoter's amount and the price after it, or that it refuses."""
    pool = UniswapV3(drawn.curve)
    amount = units if is_in else -units
    done = attempted(lambda: pool.swapped(sold, 1 - sold, amount, limit or None))
    if isinstance(done, Reverts):
        return done
    quoted = (quote_in if is_in else quote_out)(pool, sold, 1 - sold, units)
    if isinstance(quoted, Reverts) or not done.in_units:
        return Reverts("it takes nothing in")
    if not is_in and not limit and done.out_units != units:
        return Reverts("it pays a part")
    amount = done.out_units if is_in else done.in_units
    assert limit or quoted == amount
    return amount, done.sqrt_price_x96


def _hold_v3(ground: Ground, count: int, seed: int) -> int:
    rng = random.Random(seed)
    calls, ours = list[Asked](), list[tuple[int, int] | Reverts]()
    for _ in range(count):
        drawn = _drawn(rng, rng.choice(list(_SPACINGS)))
        sold, is_in = rng.randrange(2), rng.random() < 0.6
        units, limit = _size(rng, rng.choice([40, 110, 110, 254])), _limit(rng, drawn.curve, sold)
        arguments = (*ground.path(sold), units, drawn.curve.fee_pips, limit)
        storage = _pool_storage(ground, drawn)
        calls.append(view(address_of("v3-quoter"), storage, _QUOTE[is_in], arguments))
        ours.append(_quoted(drawn, sold, units, limit, is_in=is_in))
    equal = 0
    for at, answer in enumerate(answers(ground.rpc_url, calls)):
        if answer is None:
            assert isinstance(ours[at], Reverts), (at, ours[at])
        else:
            amount, price, *_ = decode_words("uint256,uint160,uint32,uint256", answer)
            assert ours[at] == (amount, price), at
            equal += 1
    return equal


def test_v3_quotes_and_prices_equal_the_deployed_quoter_over_random_states(ground: Ground):
    assert _hold_v3(ground, 300, seed=5) > 150


@pytest.mark.slow
def test_v3_quotes_and_prices_equal_the_deployed_quoter_over_many_random_states(ground: Ground):
    assert _hold_v3(ground, 5_000, seed=6) > 2_500
