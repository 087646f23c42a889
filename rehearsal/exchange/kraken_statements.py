"""What the owner of a key has, paid and was paid, as Kraken answers: balances, trades, ledgers."""

from __future__ import annotations

import hashlib

from domain.money import from_units
from rehearsal.exchange import kraken_form as form
from rehearsal.exchange import terms
from rehearsal.exchange.commands import Entry, Trade
from rehearsal.exchange.ids import number_of
from rehearsal.exchange.kraken_ask import EapiRefused, Form, pair
from rehearsal.exchange.kraken_caller import Caller, ids_of, page_of, within
from rehearsal.exchange.venue import Venue


def balance(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer Balance."""
    del ask
    owned = venue.engine.accounts.balance_units
    return {
        code: from_units(owned(caller.account, code), decimals)
        for code, decimals in terms.DECIMALS.items()
    }


def balance_ex(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer BalanceEx: balances and what open orders hold of them."""
    held = venue.engine.accounts.held_units
    return {
        code: {
            "balance": text,
            "hold_trade": from_units(held(caller.account, code), terms.DECIMALS[code]),
        }
        for code, text in balance(venue, ask, caller).items()
    }


def trade_volume(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer TradeVolume: one tier, whatever the volume."""
    del venue, caller
    pair(ask)
    fees = {"fees": terms.TAKER_FEE_PIPS, "fees_maker": terms.MAKER_FEE_PIPS}
    tiers = {name: {form.PAIR: {"fee": from_units(pips, 4)}} for name, pips in fees.items()}
    return {"currency": "ZUSD", "volume": "0.0000", **tiers}


def trades_history(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer TradesHistory, a page, newest first; `count` is the number of all."""
    found = within(venue.history.trades_of(caller.account), ask, lambda trade: trade.at_us)
    salt, account = venue.opened_us, caller.account
    rows = {
        form.trade_id(trade, account, salt): form.trade_json(trade, account, salt)
        for trade in page_of(found, ask)
    }
    return {"trades": rows, "count": len(found)}


def query_trades(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer QueryTrades; ids that are not the caller's are left out."""
    wanted, salt = set(ids_of(ask)), venue.opened_us
    return {
        txid: form.trade_json(trade, caller.account, salt)
        for trade in venue.history.trades_of(caller.account)
        if (txid := form.trade_id(trade, caller.account, salt)) in wanted
    }


def ledgers(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer Ledgers, a page, newest first, optionally of one asset or type."""
    codes = _asset_codes(ask)
    kinds = {*_PAID, "trade", "adjustment"} if ask.get("type", "all") == "all" else {ask["type"]}
    entries = [
        entry
        for entry in venue.history.entries_of(caller.account)
        if entry.asset in codes and entry.kind in kinds
    ]
    found = within(entries, ask, lambda entry: entry.at_us)
    rows = {
        form.entry_id(entry, venue.opened_us): form.entry_json(
            entry, _trade_behind(venue, entry.kind, entry.reference), venue.opened_us
        )
        for entry in page_of(found, ask)
    }
    return {"ledger": rows, "count": len(found)}


def query_ledgers(venue: Venue, ask: Form, caller: Caller) -> form.Json:
    """Answer QueryLedgers; ids that are not the caller's are left out."""
    wanted = {number_of(txid, "L", venue.opened_us) for txid in ask.get("id", "").split(",")}
    return {
        form.entry_id(entry, venue.opened_us): form.entry_json(
            entry, _trade_behind(venue, entry.kind, entry.reference), venue.opened_us
        )
        for entry in venue.history.entries_of(caller.account)
        if entry.number in wanted
    }


def deposit_status(venue: Venue, ask: Form, caller: Caller) -> list[form.Json]:
    """Answer DepositStatus: the funding of the account, and what came by the chain."""
    return _payments(venue, ask, caller, "deposit")


def withdraw_status(venue: Venue, ask: Form, caller: Caller) -> list[form.Json]:
    """Answer WithdrawStatus."""
    return _payments(venue, ask, caller, "withdrawal")


_PAID = ("deposit", "withdrawal")


def _payments(venue: Venue, ask: Form, caller: Caller, kind: str) -> list[form.Json]:
    codes = _asset_codes(ask)
    return [
        _payment(venue, entry)
        for entry in venue.history.entries_of(caller.account)
        if entry.kind == kind and entry.asset in codes
    ]


def _payment(venue: Venue, entry: Entry) -> form.Json:
    """Write a payment; the hash of what did not come by our chain is one of its own."""
    other = hashlib.sha256(f"{venue.opened_us}/{entry.number}".encode()).hexdigest()
    return {
        "method": "Ether" if entry.tx_hash else "Rehearsal funding",
        "aclass": "currency",
        "asset": entry.asset,
        "refid": form.public_id("Q", entry.reference, venue.opened_us),
        "txid": entry.tx_hash or other,
        "info": entry.address or "outside",
        "amount": from_units(abs(entry.units), terms.DECIMALS[entry.asset]),
        "fee": from_units(entry.fee_units, terms.DECIMALS[entry.asset]),
        "time": entry.at_us // 1_000_000,
        "status": "Success",
    }


def _trade_behind(venue: Venue, kind: str, reference: int) -> Trade | None:
    return None if kind in _PAID else venue.history.trades[reference]


def _asset_codes(ask: Form) -> set[str]:
    asked = set(ask.get("asset", "all").split(","))
    known = {code for code in terms.DECIMALS if {code, code.removeprefix("X"), "all"} & asked}
    if not known:
        raise EapiRefused("EQuery:Unknown asset")
    return known
