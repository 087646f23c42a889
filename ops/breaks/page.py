"""The reconciliation of one day for people, as one self-contained HTML file.

Five layers, their independence, breaks and who stands for them, what is provisional, what proves
it.

It only tells what the latest settlement of the day wrote and what people did about its breaks;
amounts keep every digit here, money of breaks is cut to cents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from domain.breaks.tally import Tally
from domain.desk import Asset
from domain.errors import InputRefused
from domain.layers.inventory import Stocked
from domain.layers.lineage import Sides
from domain.layers.messages import Conserved
from domain.layers.rolling import Rolled
from domain.money import MAX_DECIMALS, from_units
from domain.settlement.outcome import SettledExecution
from ops.breaks.desk import BreakDesk
from ops.html_page import BAD, GOOD, heading, page, picture, sentence, table
from ops.paper import bare
from orchestration.closing.close import close_object
from orchestration.day import CONSERVED, ROLLED, STOCKED, Day
from orchestration.reading.movements import EXECUTIONS
from orchestration.resources.lake import Lake
from orchestration.showing import money, plot


class Told(msgspec.Struct, frozen=True):
    """Everything a report says.

    Args:
        close: The day's close object.
        validity: (comparison, what is wrong with its independence; empty when valid).
        cases: As :meth:`ops.breaks.desk.BreakDesk.listed` tells them.
        finality: State -> executions in it.
        assets: By identity.
    """

    day: str
    anchor: str
    close: Mapping[str, Any]
    validity: Sequence[tuple[str, str]]
    rolled: Sequence[Rolled]
    stocked: Sequence[Stocked]
    conserved: Sequence[Conserved]
    cases: Sequence[Mapping[str, Any]]
    told: Sequence[Tally]
    finality: Mapping[str, int]
    provisional: int
    assets: Mapping[str, Asset]


def report_of(desk: BreakDesk, name: str) -> Told:
    """Load what a day's report says.

    Raises:
        InputRefused: The day was not settled.
    """
    if name not in Lake(desk.home).days(ROLLED):
        raise InputRefused("close this day first; there is nothing to report", day=name)
    day = Day(desk.home, name)
    executions = day.lake.load(EXECUTIONS, name, SettledExecution)
    return Told(
        day=name,
        anchor=day.anchor.text(),
        close=close_object(day) or {},
        validity=_validity(),
        rolled=day.lake.load(ROLLED, name, Rolled),
        stocked=day.lake.load(STOCKED, name, Stocked),
        conserved=day.lake.load(CONSERVED, name, Conserved),
        cases=[row for row in desk.listed(name) if row["is_current"]],
        told=desk.tallied(name),
        finality=Counter(one.finality for one in executions),
        provisional=sum(one.is_provisional for one in executions),
        assets={asset.asset: asset for asset in day.card.assets},
    )


def html_of(told: Told) -> str:
    """Write a report as a page."""
    return page(
        f"Reconciliation of {told.day} (UTC)",
        [
            sentence(f"Both sides of every comparison are as of {told.anchor}."),
            *_summary(told),
            heading("1 to 5 · Breaks of every layer, by cause, age and money"),
            picture(plot(told.told)),
            table(_CASES, (_case(row, told.assets) for row in told.cases)),
            heading("Independence: no comparison holds a source against itself"),
            table(("comparison", "state"), _states(told.validity)),
            heading("3 · Roll-forward: opening + in - out - fees = closing"),
            table(_ROLLED, (_rolled(one, told.assets) for one in told.rolled)),
            heading("4 · Inventory: lots against what is held"),
            table(_STOCKED, (_stocked(one) for one in told.stocked)),
            heading("5 · Messages: sent = recorded + noticed missing + conflated"),
            table(_CONSERVED, (_conserved(one) for one in told.conserved)),
            heading("Finality"),
            sentence(f"{told.provisional} of {sum(told.finality.values())} executions provisional"),
            table(("state", "executions"), sorted(told.finality.items())),
            table(_PROVISIONAL, _provisional(told.close)),
            heading("Profit and loss, and proof"),
            table(("", "USDC"), _profit(told.close)),
            sentence(f"audit head {told.close.get('audit_head', 'unknown')}"),
        ],
    )


def _summary(told: Told) -> Iterable[str]:
    open_rows = sum(not one.is_closed for one in told.rolled)
    lots = sum(one.difference_e18 != 0 for one in told.stocked)
    lost = sum(one.unaccounted != 0 for one in told.conserved)
    invalid = sum(bool(wrong) for _, wrong in told.validity)
    for count, words in (
        (invalid, "comparisons that are INVALID"),
        (len(told.cases), "breaks that the latest settlement finds"),
        (open_rows, "balances that do not roll to what is stated"),
        (lots, "underlyings whose lots are not what is held"),
        (lost, "senders with frames unaccounted for, or not known to be"),
    ):
        yield sentence(f"{count} {words}", BAD if count else GOOD)


def _validity() -> list[tuple[str, str]]:
    from orchestration.checks.independence import COMPARISONS, invalid, parents_of
    from orchestration.runs.run import definitions

    parents = parents_of(definitions().resolve_asset_graph())

    def wrong(table_name: str, sides: Sides) -> str:
        return "; ".join(f"{why} {name}" for why, name in invalid(table_name, sides, parents))

    return [(one.name, wrong(table, one)) for table, sides in COMPARISONS.items() for one in sides]


def _states(validity: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, f"INVALID: {wrong}" if wrong else "valid") for name, wrong in validity]


_CASES = ("break", "state", "cause", "comparison", "subject", "asset", "base units", "USDC", "age",
          "gravity", "prepared by", "approved by", "repeats", "why")  # fmt: skip
_ROLLED = ("venue", "account", "asset", "opening", "in", "out", "fees", "corrected", "closing",
           "stated", "difference")  # fmt: skip
_STOCKED = ("underlying", "lots", "in lots", "stated", "difference", "stated by")
_CONSERVED = ("channel", "sender", "sent", "recorded", "noticed missing", "conflated",
              "unaccounted")  # fmt: skip


def _case(row: Mapping[str, Any], assets: Mapping[str, Asset]) -> list[object]:
    value = row["counted_value"]
    cents = None if value is None else money(_e24(value))
    return [
        row["id"][:12], row["state"], row["cause"] or row["found_cause"], row["recon"],
        _short(row["subject"]), _symbol(row["asset"], assets), row["amount_units"], cents,
        row["age_band"], row["gravity"],
        row["preparer"] or "", row["reviewer"] or "",
        " ".join(name[:12] for name in row["follows"]), row["evidence"],
    ]  # fmt: skip


def _e24(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole + rest.ljust(24, "0"))


def _symbol(asset: str, assets: Mapping[str, Asset]) -> str:
    """Call an asset as people do; one the desk does not know by its identity."""
    return f"{assets[asset].symbol} ({asset.partition(':')[0]})" if asset in assets else asset


def _short(name: str) -> str:
    """Cut an address or hash to what people compare; the marts have all of it."""
    return name if len(name) <= _LONGEST else f"{name[:_HEAD]}…{name[-_TAIL:]}"


_LONGEST, _HEAD, _TAIL = 30, 19, 8


def _rolled(one: Rolled, assets: Mapping[str, Asset]) -> list[object]:
    units = (one.opening_units, one.in_units, one.out_units, one.fee_units, one.corrected_units,
             one.closing_units, one.stated_units, one.difference_units)  # fmt: skip
    decimals = assets[one.asset].decimals if one.asset in assets else 0
    return [
        one.venue, _short(one.account), _symbol(one.asset, assets), *_shown(units, decimals),
    ]  # fmt: skip


def _stocked(one: Stocked) -> list[object]:
    quantities = one.lots_e18, one.stated_e18, one.difference_e18
    return [one.underlying, one.lots, *_shown(quantities, MAX_DECIMALS), one.stated_by]


def _conserved(one: Conserved) -> list[object]:
    counts = one.sent, one.recorded, one.noticed_missing, one.conflated, one.unaccounted
    return [one.channel, one.source or "(unnamed)", *counts]


_PROVISIONAL = ("could still change", "received", "given", "incoming", "outgoing", "USDC")


def _provisional(close: Mapping[str, Any]) -> Iterable[list[object]]:
    for row in close.get("provisional", {}).get("assets", ()):
        names = "received", "given", "incoming", "outgoing", "value"
        amounts = [None if row[name] is None else bare(row[name]) for name in names]
        yield [row["symbol"] or row["asset"], *amounts]


def _profit(close: Mapping[str, Any]) -> list[tuple[str, str]]:
    pnl = close.get("pnl", {})
    rows = [(row["row_id"], row["amount"]) for row in pnl.get("rows", ())]
    named = [(name, pnl[name]) for name in ("total", "residual") if name in pnl]
    return [*rows, *named]


def _shown(units: Iterable[int | None], decimals: int) -> list[str | None]:
    return [None if one is None else bare(from_units(one, decimals)) for one in units]
