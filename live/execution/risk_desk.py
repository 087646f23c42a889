"""Risk with a memory: asks the pure rules about the moment, and lets facts change what they see.

What belongs here: the running session, rulebook, reservations and open executions, the facts and
alerts that follow when one of them changes. What does not: a rule (`live/risk`), an execution
(`coordinator.py`, `runner.py`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from domain.clock import SECOND_NS, Clock
from domain.desk import DeskCard
from domain.errors import ConfigRefused
from journal.records import (
    AlertRaised,
    HaltOrdered,
    LimitsOrdered,
    OpportunityFound,
    ResultCounted,
)
from live.execution import metrics
from live.execution.herald import Herald
from live.execution.history import Past
from live.execution.legs import result_usd_e24
from live.execution.machine import OUTCOMES, State
from live.execution.run import Run
from live.execution.scribe import Scribe, Trail
from live.execution.surroundings import Surroundings
from live.execution.telling import mined_receipts, realised_usd_e24
from live.risk.breakers import DESK, BreakerState, changed
from live.risk.in_flight import InFlight
from live.risk.inventory import Inventory, needed_units
from live.risk.limits import Rulebook
from live.risk.portfolio import portfolio_of
from live.risk.rulebook import succeeding
from live.risk.rules import judge
from live.risk.session import Session
from live.risk.situation import Situation, scopes_of
from live.risk.trade_rules import leg_usd_e24
from live.risk.value_at_risk import historical_usd_e24, step_results
from live.risk.verdict import Verdict

_MARKS_KEPT = 1_000
_COUNTABLE = frozenset({State.SETTLED, State.PARTIAL, State.FAILED})
_SEVERITIES = {BreakerState.OPEN: "warning"}


class RiskDesk:
    """What the trader knows that limits look at.

    Args:
        card: The desk.
        clock: Time.
        scribe: The journal.
        herald: Tells others of alerts.
        past: What earlier processes left.
    """

    def __init__(
        self, card: DeskCard, clock: Clock, scribe: Scribe, herald: Herald, past: Past
    ) -> None:
        self._card = card
        self._clock = clock
        self._scribe = scribe
        self._herald = herald
        self._daily = past.daily
        self._correlations = past.daily.correlations_bps()
        self._in_flight = InFlight()
        self._marks: deque[dict[str, int]] = deque(maxlen=_MARKS_KEPT)
        self._marked_s = 0
        self._var_usd_e24: int | None = None
        self._var_known_ns = clock.now_ns()
        self._counted = set(past.counted)
        self.session: Session = past.session
        self.rulebook: Rulebook = past.rulebook
        self.inventory = Inventory()
        self.surroundings = Surroundings()
        self.is_stopping = False

    # --- deciding ---------------------------------------------------------------------------------

    def judge(self, opportunity: OpportunityFound) -> Verdict:
        """Answer an opportunity as things stand."""
        self._hear_mark(opportunity)
        return judge(opportunity, self._situation(), self.rulebook, self._card)

    def halt_reason(self, run: Run) -> str:
        """Say why an approved execution must not send its first leg any more; nothing if it may."""
        for scope in scopes_of(run.opportunity):
            if scope in self.session.halted:
                return f"{scope} is halted: {self.session.halted[scope]}"
        return ""

    def occupy(self, run: Run) -> None:
        """Hold lanes and capital for an execution."""
        margin_bps = self.rulebook.desk.order_margin_bps
        needs = needed_units(run.opportunity, self._card, margin_bps)
        self.inventory = self.inventory.reserving(run.execution_id, needs)
        largest = max(leg_usd_e24(leg, self._card) for leg in run.opportunity.legs)
        self._in_flight.add(run.execution_id, run.opportunity, largest, needs)
        metrics.OPEN.set(len(self._in_flight))

    def vacate(self, run: Run) -> None:
        """Let them go."""
        self.inventory = self.inventory.releasing(run.execution_id)
        self._in_flight.remove(run.execution_id)
        metrics.OPEN.set(len(self._in_flight))

    def balances_read(self, balances: Mapping[str, int]) -> None:
        """Take in what was read; an asset that was not becomes unknown."""
        self.inventory = self.inventory.reading(balances)

    # --- learning ---------------------------------------------------------------------------------

    async def obey(self, order: HaltOrdered) -> None:
        """Halt a scope, let it only reduce, trip its breaker, or lift all of that; and say so."""
        before, self.session = self.session, self.session.ordered(order, self._clock.now_ns())
        word = "lifted" if order.is_lifted else order.state.lower()
        await self._alert(f"scope_{word}", order.scope, order.reason)
        await self._tell_breakers(before)

    async def adopt(self, order: LimitsOrdered) -> None:
        """Judge by another rulebook from here on, or say why not."""
        try:
            self.rulebook = succeeding(order.rulebook, self.rulebook)
        except ConfigRefused as refusal:
            await self._alert("limits_refused", DESK, str(refusal))
        else:
            reason = f"version {self.rulebook.version}: {order.reason}"
            await self._alert("limits_changed", DESK, reason, severity="info")

    async def count(self, runs: Iterable[Run], took_ns: int = 0) -> None:
        """Count what finished executions brought, each once over all restarts."""
        for run in runs:
            if run.state in _COUNTABLE and run.execution_id not in self._counted:
                await self._count(run, took_ns)

    async def look(self) -> None:
        """Notice what time alone changes: cooled breakers, silence, value at risk."""
        before, now_ns = self.session, self._clock.now_ns()
        self.session = before.cooled(now_ns, self.rulebook.desk)
        age_ns = now_ns - self.surroundings.head_ns
        is_closed = self.session.breaker(DESK).state is BreakerState.CLOSED
        if self.surroundings.head_ns and age_ns > self.rulebook.desk.max_data_age_ns and is_closed:
            cause = f"no head was heard for {age_ns // SECOND_NS} s"
            self.session = self.session.tripped(DESK, cause, now_ns)
        self._value_at_risk()
        await self._tell_breakers(before)

    async def _count(self, run: Run, took_ns: int) -> None:
        self._counted.add(run.execution_id)
        known = realised_usd_e24(run, self._card)
        fills = [(order.intent, order.answer) for order in run.orders]
        found = result_usd_e24(run.opportunity, self._card, mined_receipts(run), fills)
        result = ResultCounted(
            execution_id=run.execution_id,
            strategy=run.opportunity.strategy,
            venues=tuple(leg.venue for leg in run.opportunity.legs),
            outcome=OUTCOMES[run.state],
            result_usd_e24=found if known is None else known,
            is_known=known is not None,
            took_ns=took_ns,
            counted_ns=self._clock.now_ns(),
        )
        await self._scribe.note(run.trail, result)
        before, self.session = self.session, self.session.counted(result, self.rulebook.desk)
        self._daily = self._daily.plus(result)
        self._correlations = self._daily.correlations_bps()
        await self._tell_breakers(before)

    async def _tell_breakers(self, before: Session) -> None:
        for scope, breaker in changed(before.breakers, self.session.breakers):
            metrics.BREAKERS.labels(scope).set(metrics.BREAKER_LEVELS[breaker.state.value])
            alert = f"breaker_{breaker.state.value}"
            severity = _SEVERITIES.get(breaker.state, "info")
            await self._alert(alert, scope, breaker.cause or "a trial settled", severity=severity)

    async def _alert(
        self, alert: str, subject: str, detail: str, severity: str = "warning"
    ) -> None:
        fact = AlertRaised(
            alert=alert,
            severity=severity,
            subject=subject,
            detail=detail,
            raised_ns=self._clock.now_ns(),
        )
        await self._scribe.note(Trail(), fact)
        self._herald.alerted(fact)

    # --- the moment -------------------------------------------------------------------------------

    def _situation(self) -> Situation:
        flying, now_ns = self._in_flight, self._clock.now_ns()
        return Situation(
            now_ns=now_ns,
            head_block=self.surroundings.head_block,
            head_ns=self.surroundings.head_ns,
            base_fee_wei=self.surroundings.base_fee_wei,
            touched_block_by_venue=self.surroundings.touched_block_by_venue,
            open_executions=len(flying),
            open_by_scope=flying.by_scope,
            notional_by_strategy=flying.notional_by_strategy,
            correlations_bps=self._correlations,
            reserved_by_strategy=flying.reserved_by_strategy,
            inventory=self.inventory,
            session=self.session,
            var_usd_e24=self._var_usd_e24,
            var_unknown_ns=now_ns - self._var_known_ns,
            is_stopping=self.is_stopping,
        )

    def _hear_mark(self, opportunity: OpportunityFound) -> None:
        """Keep one mark a second: the history that value at risk rests on."""
        second = self._clock.now_ns() // SECOND_NS
        if second > self._marked_s:
            self._marked_s = second
            base = self._card.asset(self._card.exchange.base_asset).underlying
            self._marks.append({base: opportunity.mark_e6})

    def _value_at_risk(self) -> None:
        self._var_usd_e24 = None
        if self.rulebook.desk.max_var_usd_e24 is None or not self._marks:
            return
        base, mark_e6 = next(iter(self._marks[-1].items()))
        portfolio = portfolio_of(self.inventory.balances, self._card, mark_e6)
        if portfolio is not None:
            held = {base: portfolio.by_asset.get(base, 0)}
            results = step_results(held, list(self._marks))
            self._var_usd_e24 = historical_usd_e24(results)
        if self._var_usd_e24 is not None:
            self._var_known_ns = self._clock.now_ns()
