"""The breaks of a desk's books as cases people work on: refreshed, weighed, changed.

Books say what is broken; the operational database remembers what people did about it. Every
reading first takes what the latest close of each day found, also where its breaks kept the day from
being published. A locked day refuses every deed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from domain.breaks.case import Case, Found, refuse_unsettled
from domain.breaks.correction import Decision, correcting_entry, decision_of, standing
from domain.breaks.gravity import AGE_NAMES, Gravity, age_band, age_days, gravity
from domain.breaks.rooted import is_following
from domain.breaks.tally import Tally, Weighed, tallies
from domain.clock import Clock, day_bounds_ns, iso_utc
from domain.desk import BOOK_CURRENCY, Asset
from domain.errors import InputRefused
from domain.home import DeskHome
from domain.ledger.types import Entry
from domain.money import BOOK_MARK_E6, from_units, value_usd_e24
from domain.pnl.types import Attribution
from ops.breaks.store import CaseStore, Deed, database_url
from orchestration.closing.corrections import decide, decisions
from orchestration.closing.periods import lock_day, refuse_locked
from orchestration.day import ATTRIBUTION, MATCHED
from orchestration.reading.breaking import breaks_on
from orchestration.resources.desk import desk_card
from orchestration.resources.lake import Lake

_ORDER = (Gravity.CRITICAL, Gravity.HIGH, Gravity.MEDIUM, Gravity.LOW, Gravity.INFO)


def refuse_open_breaks(home: DeskHome, day: str, clock: Clock) -> None:
    """Make sure that no break of a day waits for people before its period is locked.

    A desk whose books never compared anything has none.

    Raises:
        Refused: A break that its latest close still finds is not signed off.
    """
    if Lake(home).days(MATCHED):
        with break_desk(home, clock) as desk:
            refuse_unsettled(day, desk.store.cases(day))


@contextmanager
def break_desk(home: DeskHome, clock: Clock) -> Iterator[BreakDesk]:
    """Open a desk's cases, refreshed from its published books.

    Raises:
        InputRefused: No day of the desk was closed.
        StorageFailed: The operational database does not answer.
    """
    if not Lake(home).days(MATCHED):
        raise InputRefused("close a day first; breaks are those its books found", home=home.root)
    store = CaseStore(database_url(home))
    try:
        desk = BreakDesk(home, store, clock)
        desk.refresh()
        yield desk
    finally:
        store.close()


class BreakDesk:
    """Cases of one desk.

    Args:
        home: The desk.
        store: Where its cases are kept.
        clock: Tells age, and when things were done.
    """

    def __init__(self, home: DeskHome, store: CaseStore, clock: Clock) -> None:
        self.home = home
        self.store = store
        self._clock = clock
        self._known_marks: dict[str, dict[str, int]] = {}

    def refresh(self) -> None:
        """Take what the latest close of every day found; nothing changes when nothing is new."""
        days = Lake(self.home).days(MATCHED)
        found = (one for day in days for one in found_on(self.home, day))
        self.store.take(found, self._clock.now_ns())
        self.post_decided()

    def post_decided(self) -> None:
        """Journal what was approved or taken back and the books do not know yet.

        So a decision whose posting was interrupted is posted by whoever looks next, and once.
        """
        cases = self.store.cases()
        owed = {one.entry_id: one for one in map(self._decision, cases) if one}
        stays = {name for one in cases for name in one.booked}
        known = standing(decisions(self.home))
        now_ns = self._clock.now_ns()
        taken_back = [
            msgspec.structs.replace(one, is_withdrawn=True, decided_ns=now_ns)
            for name, one in known.items()
            if name not in owed and name not in stays
        ]
        posted = [one for name, one in owed.items() if name not in known]
        decide(self.home, self._clock, [*taken_back, *posted])

    def listed(self, day: str = "", state: str = "") -> list[dict[str, Any]]:
        """List cases, the gravest and oldest first, each with those that only repeat it behind it.

        Args:
            day: Only this day's.
            state: Only those in this state.
        """
        seen = self._in_sight(day)
        cases = [one for one in seen.values() if not state or one.state == state.upper()]
        ordered = sorted(cases, key=lambda one: self._rank(one, seen))
        return [self.told(case, seen) for case in ordered]

    def tallied(self, day: str) -> list[Tally]:
        """Add up what the latest close of a day still finds, by cause and age; money once."""
        seen = self._in_sight(day)
        weighed = [
            Weighed(
                case.cause or case.found.cause,
                case.found.first_seen_ns,
                self.value_usd_e24(case.found),
                is_following=is_following(case, seen),
            )
            for case in seen.values()
            if case.is_current
        ]
        return tallies(weighed, self._clock.now_ns())

    def _in_sight(self, day: str = "") -> dict[str, Case]:
        return {one.found.break_id: one for one in self.store.cases(day)}

    def shown(self, name: str) -> dict[str, Any]:
        """Tell one case whole: the entry it owes, and every change with who made it."""
        case = self.store.case(name)
        owed = correcting_entry(case, self._booked_ns(case)) if case.evidence_sha256 else None
        return self.told(case) | {
            "entry": _entry(owed) if owed else None,
            "history": [
                {"seq": one.seq, "at": iso_utc(one.at_ns), "actor": one.actor, "action": one.action}
                for one in self.store.history(case.found.break_id)
            ],
        }

    def done(
        self, name: str, actor: str, action: str, act: Callable[[Case], Case]
    ) -> dict[str, Any]:
        """Do something about a case.

        Raises:
            Refused: Its day is locked, or its state does not allow it; nothing was written.
        """
        found = self.store.case(name).found
        refuse_locked(self.home, found.day)
        deed = Deed(actor, action, self._clock.now_ns())
        changed = self.store.change(found.break_id, deed, act)
        self.post_decided()
        return self.told(changed)

    def locked(self, day: str, by: str, reason: str) -> dict[str, Any]:
        """Lock a day whose breaks are all signed off.

        Raises:
            Refused: A break is not signed off, the day was not closed, or an earlier one is open.
        """
        day_bounds_ns(day)
        cases = self.store.cases(day)
        refuse_unsettled(day, cases)
        mark = lock_day(self.home, day, self._clock, by=by, reason=reason)
        return msgspec.to_builtins(mark) | {"breaks": len(cases)}

    def told(self, case: Case, seen: Mapping[str, Case] | None = None) -> dict[str, Any]:
        """Tell a case as one flat object; amounts and money as text, null where unknown.

        Args:
            case: The break.
            seen: The cases it is told among, by id; all when not given. The money of one that
                follows another of them is counted there.
        """
        found, now_ns = case.found, self._clock.now_ns()
        days, value = age_days(found.first_seen_ns, now_ns), self.value_usd_e24(found)
        among = self._in_sight() if seen is None else seen
        counted = 0 if is_following(case, among) else value
        return {
            "id": found.break_id,
            "day": found.day,
            "state": case.state.value,
            "found_cause": found.cause,
            "cause": case.cause or None,
            "recon": found.recon,
            "subject": found.subject,
            "account": found.account,
            "asset": found.asset,
            "amount_units": None if found.amount_units is None else str(found.amount_units),
            "value": None if value is None else from_units(value, 24),
            "first_seen": iso_utc(found.first_seen_ns),
            "age_days": days,
            "age_band": AGE_NAMES[age_band(days)],
            "gravity": self._gravity(case).value,
            "owner": case.owner or None,
            "preparer": case.preparer or None,
            "reviewer": case.reviewer or None,
            "signer": case.signer or None,
            "evidence": found.evidence,
            "evidence_sha256": list(case.evidence_sha256),
            "note": case.note,
            "entry_id": case.entry_id or None,
            "is_current": case.is_current,
            "days": list(case.days or (found.day,)),
            "follows": list(found.follows),
            "followed_by": [
                name for name, one in among.items() if found.break_id in one.found.follows
            ],
            "counted_value": None if counted is None else from_units(counted, 24),
        }

    def value_usd_e24(self, found: Found) -> int | None:
        """Value a break at its day's closing mark; None where amount, asset or mark is unknown."""
        asset = self._assets.get(found.asset)
        if found.amount_units is None or asset is None:
            return None
        mark_e6 = self._marks(found.day).get(asset.underlying)
        if mark_e6 is None:
            return None
        return value_usd_e24(found.amount_units, asset.decimals, mark_e6)

    def _gravity(self, case: Case) -> Gravity:
        found = case.found
        value = self.value_usd_e24(found)
        return gravity(value, found.first_seen_ns, self._clock.now_ns(), found.expires_ns)

    def _rank(self, case: Case, seen: Mapping[str, Case]) -> tuple[object, ...]:
        """Order a break before those that repeat it, which come directly behind."""
        root = seen.get(next(iter(case.found.follows), ""), case)
        rank = _ORDER.index(self._gravity(root))
        return (
            rank,
            root.found.first_seen_ns,
            root.found.break_id,
            root is not case,
            case.found.break_id,
        )

    def _decision(self, case: Case) -> Decision | None:
        if not case.is_decided:
            return None
        return decision_of(case, self._booked_ns(case), self._clock.now_ns())

    def _booked_ns(self, case: Case) -> int:
        """Count an entry where its break was first seen, within the day it is about."""
        start_ns, end_ns = day_bounds_ns(case.found.day)
        return min(max(case.found.first_seen_ns, int(start_ns)), int(end_ns) - 1)

    @cached_property
    def _assets(self) -> dict[str, Asset]:
        return {asset.asset: asset for asset in desk_card(self.home).assets}

    def _marks(self, day: str) -> dict[str, int]:
        """Read a day's closing marks, once however many breaks are valued by them."""
        if day not in self._known_marks:
            made = Lake(self.home).load(ATTRIBUTION, day, Attribution)
            closing = dict(made[0].closing_marks) if made else {}
            self._known_marks[day] = {BOOK_CURRENCY: BOOK_MARK_E6} | closing
        return self._known_marks[day]


def found_on(home: DeskHome, day: str) -> Iterator[Found]:
    """Read the breaks that the latest close of a day found, of every layer."""
    for one in breaks_on(home, day):
        yield Found(
            break_id=one.break_id,
            day=day,
            recon=one.recon,
            cause=one.cause,
            subject=one.subject,
            account=one.account,
            asset=one.asset,
            amount_units=one.amount_units,
            evidence=one.evidence,
            first_seen_ns=one.first_seen_ns,
            expires_ns=one.expires_ns,
            follows=one.explained_by,
        )


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "entry_id": entry.entry_id,
        "cause": entry.cause,
        "evidence": entry.evidence,
        "postings": [
            {"account": one.account, "asset": one.asset, "units": str(one.units)}
            for one in entry.postings
        ],
    }


def hashes_of(files: Sequence[Path]) -> list[str]:
    """Hash documents of evidence.

    Raises:
        InputRefused: One cannot be read, or says nothing.
    """
    try:
        contents = [(path, path.read_bytes()) for path in files]
    except OSError as error:
        raise InputRefused(
            f"give readable evidence: {error.strerror}", file=error.filename
        ) from error
    for path, content in contents:
        if not content.strip():
            raise InputRefused("give evidence that says something; this file is empty", file=path)
    return [hashlib.sha256(content).hexdigest() for _, content in contents]
