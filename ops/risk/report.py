"""What risk can say of a desk from its journal: its state, what it could lose, what it missed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import msgspec
import orjson

from domain.clock import SECOND_NS
from domain.desk import BOOK_CURRENCY, DeskCard, read_card
from domain.errors import ConfigRefused, InputRefused
from domain.home import DeskHome
from journal.records import Fact, MarkObserved
from live.aio.clock import WallClock
from live.execution.history import HISTORY_KINDS, Past, fold
from live.recorder.history import past_records
from live.risk.correlation import DailyResults
from live.risk.counterfactual import FACT_KINDS, replay
from live.risk.portfolio import Portfolio, portfolio_of
from live.risk.rulebook import read
from live.risk.stress import scenarios, stressed
from live.risk.value_at_risk import Marks, value_at_risk

Report = dict[str, object]


def past_of(home: DeskHome) -> Past:
    """Fold the desk's journal as a trader that starts does."""
    return fold((record.record_id, record.fact()) for record in past_records(home, HISTORY_KINDS))


def state_report(home: DeskHome) -> Report:
    """Say what may be traded now."""
    _card(home)
    past, now_ns = past_of(home), WallClock().now_ns()
    session = past.session.cooled(now_ns, past.rulebook.desk)
    return {
        "trading_state": session.trading_state,
        "halted": dict(session.halted),
        "reducing": dict(session.reducing),
        "breakers": {
            scope: {"state": breaker.state.value, "cause": breaker.cause}
            for scope, breaker in session.breakers.items()
        },
        "day": {
            scope: {
                "result_usd_e24": str(session.tally(scope, now_ns).day_usd_e24),
                "drawdown_usd_e24": str(session.tally(scope, now_ns).drawdown_usd_e24),
            }
            for scope in session.tallies
        },
        "limits_version": past.rulebook.version,
        "open_executions": len(past.unfinished),
    }


def exposure_report(home: DeskHome, positions: Path, *, step_s: int, confidence_bps: int) -> Report:
    """Say what holdings could lose.

    Raises:
        InputRefused: There is no such desk, or the file is not balances of all its assets.
    """
    card = _card(home)
    history = marks_history(home, step_s)
    if not history:
        raise InputRefused("this desk has journalled no marks yet; let it hear a market first")
    held = _held(positions, card, next(iter(history[-1].values())))
    values = {asset: v for asset, v in held.by_asset.items() if asset != BOOK_CURRENCY}
    at_risk = value_at_risk(values, history, confidence_bps)
    return {
        "equity_usd_e24": str(held.equity_usd_e24),
        "gross_usd_e24": str(held.gross_usd_e24),
        "by_asset_usd_e24": {asset: str(value) for asset, value in held.by_asset.items()},
        "by_place_usd_e24": {place: str(value) for place, value in held.by_place.items()},
        "value_at_risk": None if at_risk is None else _texts(msgspec.structs.asdict(at_risk)),
        "history_steps": len(history) - 1,
        "stress": [
            _texts(msgspec.structs.asdict(one))
            for one in stressed(held, scenarios(card.exchange.venue))
        ],
        "correlations_bps": _correlations(past_of(home).daily),
    }


def counterfactual_report(home: DeskHome, file: Path) -> Report:
    """Say what other limits would have saved or cost.

    Raises:
        ConfigRefused: The file is not a rulebook.
        InputRefused: There is no such desk.
    """
    card = _card(home)
    try:
        rulebook = read(file.read_bytes())
    except OSError as error:
        raise ConfigRefused("give a rulebook that can be read", file=file) from error
    report = replay((record.fact() for record in past_records(home, FACT_KINDS)), rulebook, card)
    return {
        "taken": report.taken,
        "result_usd_e24": str(report.result_usd_e24),
        "declined": report.declined,
        "saved_usd_e24": str(report.saved_usd_e24),
        "missed_usd_e24": str(report.missed_usd_e24),
        "other_result_usd_e24": str(report.other_result_usd_e24),
        "admitted": report.admitted,
        "promised_usd_e24": str(report.promised_usd_e24),
    }


def marks_history(home: DeskHome, step_s: int) -> list[Marks]:
    """Give the last mark of each step of the journal's marks; steps without one are passed over."""
    by_step: dict[int, dict[str, int]] = {}
    for record in past_records(home, (MarkObserved.KIND,)):
        _hear(by_step, record.fact(), step_s)
    return [by_step[step] for step in sorted(by_step)]


def _hear(by_step: dict[int, dict[str, int]], fact: Fact, step_s: int) -> None:
    if isinstance(fact, MarkObserved) and fact.underlying != BOOK_CURRENCY:
        step = fact.observed_ns // (step_s * SECOND_NS)
        by_step.setdefault(step, {})[fact.underlying] = fact.mark_e6


def _held(positions: Path, card: DeskCard, mark_e6: int) -> Portfolio:
    try:
        balances = msgspec.convert(
            orjson.loads(positions.read_bytes()), type=dict[str, int], strict=False
        )
    except (OSError, orjson.JSONDecodeError, msgspec.ValidationError) as error:
        raise InputRefused(f"give balances as one JSON object: {error}", file=positions) from error
    held = portfolio_of(balances, card, mark_e6)
    if held is None:
        missing = [asset.asset for asset in card.assets if asset.asset not in balances]
        raise InputRefused("give a balance of every asset of the desk", missing=missing)
    return held


def _card(home: DeskHome) -> DeskCard:
    if not home.card.exists():
        raise InputRefused("there is no desk here; name one with --home", home=home.root)
    return read_card(home.card.read_bytes())


def _correlations(daily: DailyResults) -> dict[str, int]:
    return {" ".join(pair): value for pair, value in daily.correlations_bps().items()}


def _texts(fields: Mapping[str, Any]) -> Report:
    return {
        name: str(value) if name.endswith("_e24") else value
        for name, value in cast("Mapping[str, object]", fields).items()
    }
