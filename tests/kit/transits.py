"""Transfers between the desk's wallet and the exchange, each side as its source tells it."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from domain.desk import DeskCard
from domain.settlement.types import Payment
from tests.kit.books import World
from tests.kit.facts import ETH, PAPER_ETH, USDC, WALLET
from tests.kit.world_names import PAPER_ACCOUNT, STRANGER, UNDERWAY, tx_hash

DEPOSIT_ADDRESS = "0x" + "de" * 20
"""Where the exchange credits us."""
HOT_WALLET = "0x" + "07" * 20
"""What the exchange pays from."""
_USDC_STEP = 100


class Sent(NamedTuple):
    """One transfer that has left, in the exchange's units."""

    kind: str
    asset: str
    units: int
    ref_id: str
    tx_hash: str
    dust_wei: int = 0


def with_deposits(card: DeskCard) -> DeskCard:
    """Give the card of a desk that knows where the exchange credits it."""
    exchange = msgspec.structs.replace(card.exchange, deposit_addresses=(DEPOSIT_ADDRESS,))
    return msgspec.structs.replace(card, exchange=exchange)


def on_chain(asset: str, units: int) -> tuple[str, int]:
    """Give the chain's asset and units of an amount that is whole on both."""
    if asset == PAPER_ETH:
        return ETH, units * 10**8
    assert units % _USDC_STEP == 0
    return USDC, units // _USDC_STEP


def pay_in(
    world: World, asset: str, units: int, *, dust_wei: int = 0, gas_wei: int = 21_000
) -> Sent:
    """Send to the exchange from our wallet, perhaps a little less than a unit of it more."""
    coin, amount = on_chain(asset, units)
    amount += dust_wei
    name = _pay(world, coin, amount, WALLET, DEPOSIT_ADDRESS, gas_wei)
    world.held[UNDERWAY, coin] += amount
    return Sent("deposit", asset, units, f"Q{world.step}", name, dust_wei)


def credit(world: World, sent: Sent, *, fee: int = 0, is_named: bool = True) -> None:
    """Let the exchange credit what was sent to it, and perhaps name the transaction."""
    coin, amount = on_chain(sent.asset, sent.units)
    world.tick()
    world.held[UNDERWAY, coin] -= amount + sent.dust_wei
    world.statement("deposit", sent.ref_id, sent.asset, sent.units, fee)
    tell(world, sent, fee, sent.tx_hash if is_named else "", DEPOSIT_ADDRESS if is_named else "")


def pay_out(world: World, asset: str, units: int, *, fee: int = 0, address: str = WALLET) -> Sent:
    """Let the exchange take a withdrawal to our wallet off our account."""
    world.tick()
    sent = Sent("withdrawal", asset, units, f"A{world.step}", "")
    world.statement("withdrawal", sent.ref_id, asset, -units, fee)
    world.held[UNDERWAY, asset] += units
    tell(world, sent, fee, "", address)
    return sent


def land(world: World, sent: Sent, *, is_named: bool = True) -> str:
    """Let what the exchange sent be mined, and perhaps let it name the transaction."""
    coin, amount = on_chain(sent.asset, sent.units)
    name = _pay(world, coin, amount, HOT_WALLET, WALLET, 21_000)
    world.held[UNDERWAY, sent.asset] -= sent.units
    if is_named:
        tell(world, sent, 0, name, WALLET)
    return name


def tell(world: World, sent: Sent, fee: int, name: str, address: str) -> None:
    """Let the exchange tell of a payment beside its statement."""
    world.payments.append(
        Payment(
            "paper", PAPER_ACCOUNT, sent.ref_id, sent.kind, sent.asset, sent.units, fee, name,
            address, world.now_ns, world.now_ns,
        )
    )  # fmt: skip


def from_outside(world: World, kind: str, asset: str, units: int, fee: int) -> None:
    """Let capital come from somebody else, or go there, as the exchange names it."""
    world.tick()
    ref = f"C{world.step}"
    world.statement(kind, ref, asset, units if kind == "deposit" else -units, fee)
    address = DEPOSIT_ADDRESS if kind == "deposit" else STRANGER
    tell(world, Sent(kind, asset, units, ref, ""), fee, tx_hash(10**9 + world.step), address)


def _pay(world: World, coin: str, amount: int, sender: str, to: str, gas_wei: int) -> str:
    if coin == ETH:
        return world.send(
            "", [], is_meant=False, sender=sender, to=to, value_wei=amount, gas_wei=gas_wei
        )
    moves = [(coin, sender, to, amount)]
    return world.send("", moves, is_meant=False, sender=sender, gas_wei=gas_wei)
