"""What happens to a desk beside its trades, as chain and exchange tell it."""

from __future__ import annotations

import msgspec

from domain.chain.words import ZERO_ADDRESS
from domain.desk import Asset, DeskCard
from domain.identity import erc20_asset, venue_asset
from domain.settlement.incidents import FLASH_TOPICS, LIQUIDITY_TOPICS
from domain.settlement.types import RebaseSeen
from domain.settlement.wraps import UNWRAPPED, WRAPPED
from tests.kit.books import World
from tests.kit.facts import ETH, EXECUTOR, PAPER_ETH, PAPER_USDC, USDC, WALLET, WETH
from tests.kit.world_names import (
    STRANGER,
    WALLET_ACCOUNT,
    block_hash,
    token_address,
    topic_of,
    tx_hash,
)

PAPER_BNB = venue_asset("paper", "BNB")
"""A token the exchange takes fees in; the desk neither trades nor opens with it."""
LENDER = "0x" + "1e" * 20
COLLECTOR = "0x" + "7a" * 20
AAVE_V3 = next(topic for topic, pairs in FLASH_TOPICS.items() if pairs == ((1, 3),))
V2_MINT = "0x4c209b5fc8ad50758f13e2e1088ba56a560dff690a1c6fef26394f4c03821c4f"
V2_BURN = "0xdccd412f0b1252819cb1fd330b93224ca42612892bb3f4f789976e6d81936496"
assert {V2_MINT, V2_BURN} <= LIQUIDITY_TOPICS


def with_a_taxed_base(card: DeskCard) -> DeskCard:
    """Give the card of a desk whose base token keeps a part of what is sent."""
    assets = tuple(
        msgspec.structs.replace(asset, taxes_transfers=True) if asset.asset == WETH else asset
        for asset in card.assets
    )
    return msgspec.structs.replace(card, assets=assets)


def with_odd_tokens(card: DeskCard) -> DeskCard:
    """Give the card of a desk with a taxed base, which knows a pool's shares and a fee token."""
    taxed = with_a_taxed_base(card)
    shares, fee = Asset(shares_of(card), "SHARES", 18, "ETH"), Asset(PAPER_BNB, "BNB", 8, "BNB")
    return msgspec.structs.replace(taxed, assets=(*taxed.assets, shares, fee))


def shares_of(card: DeskCard) -> str:
    """Name the shares of the first pool."""
    return erc20_asset(card.chain.chain_id, card.pool("univ2-a").address)


def buy_taxed(world: World, base: int, tax: int, paid: int) -> str:
    """Buy at a pool that sends `base`, of which the token keeps `tax`."""
    pool = world.pool("univ2-a")
    execution_id = world.plan("dex_dex", (world.quoted("univ2-a", "buy", base, paid),))
    moves = [
        (WETH, pool, COLLECTOR, tax),
        (WETH, pool, WALLET, base - tax),
        (USDC, WALLET, pool, paid),
    ]
    world.send(execution_id, moves, venues=("univ2-a",))
    return execution_id


def sell_taxed(world: World, base: int, tax: int, got: int) -> str:
    """Sell at a pool that receives `base` less what the token keeps."""
    pool = world.pool("univ2-a")
    execution_id = world.plan("dex_dex", (world.quoted("univ2-a", "sell", base, got),))
    moves = [
        (WETH, WALLET, pool, base - tax),
        (WETH, WALLET, COLLECTOR, tax),
        (USDC, pool, WALLET, got),
    ]
    world.send(execution_id, moves, venues=("univ2-a",))
    return execution_id


def borrow(world: World, units: int, premium: int, gain: int) -> str:
    """Borrow for one transaction, trade with it at two pools, give it back with a premium."""
    first, second = world.pool("univ2-a"), world.pool("univ2-b")
    legs = (
        world.quoted("univ2-a", "buy", 10**18, units),
        world.quoted("univ2-b", "sell", 10**18, units + gain),
    )
    execution_id = world.plan("dex_dex", legs)
    moves = [
        (USDC, LENDER, EXECUTOR, units),
        (USDC, EXECUTOR, first, units),
        (WETH, first, EXECUTOR, 10**18),
        (WETH, EXECUTOR, second, 10**18),
        (USDC, second, EXECUTOR, units + gain),
        (USDC, EXECUTOR, LENDER, units + premium),
    ]
    world.send(execution_id, moves, told=[(LENDER, (AAVE_V3,), (0, units, 0, premium))])
    return execution_id


def give_liquidity(world: World, base: int, quote: int, shares: int) -> str:
    """Give both tokens to a pool for shares of it."""
    pool = world.pool("univ2-a")
    asset = shares_of(world.card)
    moves = [
        (WETH, WALLET, pool, base),
        (USDC, WALLET, pool, quote),
        (asset, ZERO_ADDRESS, WALLET, shares),
    ]
    execution_id = world.plan("liquidity", ())
    world.send(execution_id, moves, told=[(pool, (V2_MINT,), (base, quote))], venues=("univ2-a",))
    return execution_id


def take_liquidity(world: World, base: int, quote: int, shares: int) -> str:
    """Give shares of a pool back for both tokens."""
    pool = world.pool("univ2-a")
    asset = shares_of(world.card)
    moves = [
        (asset, WALLET, pool, shares),
        (asset, pool, ZERO_ADDRESS, shares),
        (WETH, pool, WALLET, base),
        (USDC, pool, WALLET, quote),
    ]
    execution_id = world.plan("liquidity", ())
    world.send(execution_id, moves, told=[(pool, (V2_BURN,), (base, quote))], venues=("univ2-a",))
    return execution_id


def wrap(world: World, units: int, is_back: bool) -> str:
    """Turn native coin into its token, or back."""
    sign, topic = (-1, UNWRAPPED) if is_back else (1, WRAPPED)
    token = token_address(WETH)
    sent = world.send(
        world.plan("treasury", ()), [], to=token, value_wei=0 if is_back else units,
        told=[(token, (topic, topic_of(WALLET)), (units,))], venues=(),
    )  # fmt: skip
    world.held[WALLET_ACCOUNT, WETH] += sign * units
    if is_back:
        world.held[WALLET_ACCOUNT, ETH] += units
    return sent


def carry(world: World, asset: str, units: int, is_back: bool) -> str:
    """Move an asset between two accounts of ours."""
    sender, recipient = (EXECUTOR, WALLET) if is_back else (WALLET, EXECUTOR)
    plan = world.plan("treasury", ())
    return world.send(plan, [(asset, sender, recipient, units)], venues=())


def rebase(world: World, units: int, received: int = 0) -> None:
    """Let the base token change what our wallet holds, perhaps in a block that also pays us."""
    key = WALLET_ACCOUNT, WETH
    before = world.held[key]
    if received:
        world.send("", [(WETH, STRANGER, WALLET, received)], sender=STRANGER, is_meant=False)
    else:
        world.tick()
    world.held[key] += units
    world.rebases.append(
        RebaseSeen(
            WALLET_ACCOUNT, WETH, world.step, block_hash(world.step), world.now_ns,
            tx_hash(world.step), 9, before, world.held[key],
        )
    )  # fmt: skip


def revise(world: World, number: int, base: int | None, quote: int = 0, fee: int = 0) -> None:
    """Let the exchange take a fill back (`base` None), or move a little beside it."""
    if not world.fills:
        return
    fill = world.fills[number % len(world.fills)]
    sign = 1 if fill.side == "buy" else -1
    world.tick()
    if base is None:
        for asset, (units, charged) in _moved(world, fill.trade_id).items():
            world.statement("adjustment", fill.trade_id, asset, -units, -charged)
    else:
        world.statement("adjustment", fill.trade_id, PAPER_ETH, sign * base, 0)
        world.statement("adjustment", fill.trade_id, PAPER_USDC, -sign * quote, fee)


def _moved(world: World, trade_id: str) -> dict[str, tuple[int, int]]:
    """Sum what the statement has moved for a trade so far: units and fees by asset."""
    sums: dict[str, tuple[int, int]] = {}
    for line in world.lines:
        if line.ref_id == trade_id:
            units, charged = sums.get(line.asset, (0, 0))
            sums[line.asset] = units + line.units, charged + line.fee_units
    return sums
