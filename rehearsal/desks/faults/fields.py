"""Faults in what a line says: amount, side, asset, account, fee, price, scale and identity.

The right side stays true, but where the cause is that the venue said something else later. Each
strikes a leg whose key both sides share, so that what differs can be told.
"""

from __future__ import annotations

from fractions import Fraction

from msgspec import structs

from rehearsal.desks.catalog import MIGRATED, Trait
from rehearsal.desks.faults.hand import (
    FX_RATES,
    Broken,
    Hand,
    Pair,
    broken,
    changed,
    dust_units,
    either,
    is_trade,
    keyed,
    left_name,
)
from rehearsal.desks.lines import Event, Kind, Line

_SHIFTS = (-12, -10, -6, -4, -2, 2, 4, 6, 10, 12)
"""Powers of ten between the decimals that tokens really have."""


def _one(found: list[Pair], hand: Hand) -> Pair | None:
    return hand.chance.choice(found) if found else None


def _off(event: Event, cause: str, pair: Pair, units: int) -> Broken:
    """Let our side hold other units than the truth."""
    left = changed(event.left, pair.left, units=units)
    money = {pair.right.asset.name: pair.right.units - units}
    return broken(event, cause, [either(pair)], left=left, money=money)


def quantity(event: Event, hand: Hand) -> Broken | None:
    """Book a fill or transfer at a wrong quantity."""
    found = [one for one in keyed(event) if one.left.asset.trait is not Trait.TAXED]
    pair = _one(found, hand)
    return pair and _off(event, "QTY", pair, pair.left.units + hand.delta(pair.left))


def side(event: Event, hand: Hand) -> Broken | None:
    """Book every leg the wrong way round."""
    del hand
    found = keyed(event)
    if event.kind not in {Kind.TRADE, Kind.RECEIPT, Kind.WITHDRAWAL, Kind.DEPOSIT} or not found:
        return None
    turned = {pair.left.id for pair in found}
    left = [
        structs.replace(line, units=-line.units) if line.id in turned else line
        for line in event.left
    ]
    money: dict[str, int] = {}
    for pair in found:
        money[pair.right.asset.name] = pair.right.units + pair.left.units
    return broken(event, "SIDE", map(either, found), left=left, money=money)


def asset(event: Event, hand: Hand) -> Broken | None:
    """Book another asset of the same place."""
    pair = _one(keyed(event), hand)
    other = hand.other_asset(pair.left) if pair else None
    if pair is None or other is None:
        return None
    left = changed(event.left, pair.left, asset=other)
    return broken(event, "ASSET", [either(pair)], left=left)


def account(event: Event, hand: Hand) -> Broken | None:
    """Book to another strategy's account of the same place."""
    pair = _one(keyed(event), hand)
    if pair is None or event.kind in {Kind.TRANSFER, Kind.WRAP, Kind.MIGRATION}:
        return None
    left = changed(event.left, pair.left, account=hand.other_account(pair.left.account))
    return broken(event, "ACCOUNT", [either(pair)], left=left)


def fee_amount(event: Event, hand: Hand) -> Broken | None:
    """Book a wrong fee, none, or the amount net of it."""
    pair = _one([one for one in keyed(event) if one.left.fee_asset], hand)
    if pair is None:
        return None
    way, line = hand.chance.randrange(3), pair.left
    if way == 0 and line.fee_asset == line.asset:
        left = changed(event.left, line, units=line.units - line.fee_units, fee_units=0)
        return broken(event, "FEE_AMOUNT", [either(pair)], left=left)
    more = hand.chance.randrange(1, abs(line.fee_units) + 2)
    wrong = 0 if way == 1 else line.fee_units + more or 1
    left = changed(event.left, line, fee_units=wrong)
    return broken(event, "FEE_AMOUNT", [either(pair)], left=left)


def fee_asset(event: Event, hand: Hand) -> Broken | None:
    """Book the fee in the quote where the venue's token paid it, or the other way round."""
    pair = _one([one for one in keyed(event) if one.left.fee_asset], hand)
    venues = [one for one in hand.catalog.venues if pair and pair.left.account in one.accounts]
    if pair is None or not venues:
        return None
    tokens = [venues[0].quote, venues[0].fee_token]
    wrong = next(one for one in tokens if one != pair.left.fee_asset)
    left = changed(event.left, pair.left, fee_asset=wrong)
    return broken(event, "FEE_ASSET", [either(pair)], left=left)


def _priced(event: Event, cause: str, price: Fraction | None) -> Broken:
    pair = _with_price(event)[0]
    return broken(event, cause, [either(pair)], left=changed(event.left, pair.left, price=price))


def _with_price(event: Event) -> list[Pair]:
    return [one for one in keyed(event) if one.left.price is not None]


def price(event: Event, hand: Hand) -> Broken | None:
    """Book a fill at a wrong price."""
    found = _with_price(event)
    if not found or found[0].left.price is None:
        return None
    off = Fraction(hand.chance.randrange(1, 30), 1_000)
    return _priced(event, "PRICE", found[0].left.price * (1 + off))


def price_missing(event: Event, hand: Hand) -> Broken | None:
    """Book a fill without its price."""
    del hand
    return _priced(event, "PRICE_MISSING", None) if _with_price(event) else None


def fx(event: Event, hand: Hand) -> Broken | None:
    """Book a price in another currency than the quote."""
    found = _with_price(event)
    if not found or found[0].right.price is None:
        return None
    return _priced(event, "FX", found[0].right.price / hand.chance.choice(FX_RATES))


def decimals(event: Event, hand: Hand) -> Broken | None:
    """Book an amount at another asset's scale."""
    pair = _one(keyed(event), hand)
    if pair is None:
        return None
    shifts = [k for k in _SHIFTS if k > 0 or pair.left.units % 10**-k == 0]
    shift = hand.chance.choice(shifts)
    units = pair.left.units * 10**shift if shift > 0 else pair.left.units // 10**-shift
    return _off(event, "DECIMALS", pair, units)


def wrapped(event: Event, hand: Hand) -> Broken | None:
    """Book the native coin where its wrapping moved."""
    for chain in hand.catalog.chains:
        found = [one for one in keyed(event) if one.left.asset == chain.wrapped]
        if found and event.kind is Kind.SWAP:
            left = changed(event.left, found[0].left, asset=chain.native)
            return broken(event, "WRAPPED", [either(found[0])], left=left)
    return None


def token_migration(event: Event, hand: Hand) -> Broken | None:
    """Book the retired token where its successor came in."""
    for chain in hand.catalog.chains:
        found = [one for one in keyed(event) if one.left.asset == chain.successor]
        if found and event.kind is Kind.RECEIPT:
            line = found[0].left
            left = changed(event.left, line, asset=chain.retired, units=line.units // MIGRATED)
            return broken(event, "TOKEN_MIGRATION", [either(found[0])], left=left)
    return None


def fee_on_transfer(event: Event, hand: Hand) -> Broken | None:
    """Book what was sent where the token kept a part."""
    del hand
    found = [one for one in keyed(event) if one.left.asset.trait is Trait.TAXED]
    arrived = [one for one in found if one.left.units > 0]
    sent = [one for one in found if one.left.units < 0]
    if not arrived or not sent:
        return None
    return _off(event, "FEE_ON_TRANSFER", arrived[0], -sent[0].right.units)


def dust(event: Event, hand: Hand) -> Broken | None:
    """Leave a remainder too small to chase."""
    found = [one for one in keyed(event) if one.left.asset.trait is not Trait.TAXED]
    pair = _one([one for one in found if _is_more_than_dust(one.left)], hand)
    if pair is None:
        return None
    off = hand.chance.randrange(1, dust_units(pair.left.asset) + 1)
    return _off(event, "DUST", pair, pair.left.units + off * hand.chance.choice((-1, 1)))


def _is_more_than_dust(line: Line) -> bool:
    """Ask whether dust can neither turn the line's sign nor be its fee."""
    return abs(line.units) > 20 * dust_units(line.asset) < abs(line.fee_units or 10**40)


def funding_as_trade(event: Event, hand: Hand) -> Broken | None:
    """Let the venue list funding among its trades."""
    del hand
    found = keyed(event, {"funding"})
    if not found:
        return None
    right = changed(event.right, found[0].right, kind="trade")
    return broken(event, "FUNDING_AS_TRADE", [either(found[0])], right=right)


def amended(event: Event, hand: Hand) -> Broken | None:
    """Let the venue correct a fill after we heard of it."""
    pair = _one(keyed(event), hand)
    if pair is None or not is_trade(event):
        return None
    units = pair.right.units + hand.delta(pair.right)
    right = changed(event.right, pair.right, units=units, status="amended")
    money = {pair.right.asset.name: units - pair.left.units}
    return broken(event, "AMENDED", [either(pair)], right=right, money=money)


def busted(event: Event, hand: Hand) -> Broken | None:
    """Let the venue undo a fill after we heard of it."""
    del hand
    found = keyed(event)
    if not is_trade(event) or not found:
        return None
    right = [structs.replace(line, status="busted") for line in event.right]
    needs = [(left_name(pair.left), either(pair)[1]) for pair in found]
    return broken(event, "BUSTED", needs, right=right)
