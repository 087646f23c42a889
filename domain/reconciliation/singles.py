"""Why a row is alone: repeated, undone, unbooked, not yet there, or missing.

Asked after everything that could be paired is. What a failed source does not say is one break for
the account, not a flood of missing rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from domain.reconciliation.board import LEFT, RIGHT, Board
from domain.reconciliation.causes import Cause
from domain.reconciliation.exact import Residue
from domain.reconciliation.fields import COSTS
from domain.reconciliation.rules import Rules
from domain.reconciliation.types import Break, Finding, Row, content, make_break

_BY_STATUS = {
    "pending": (Cause.PENDING_FINALITY, "it is not final yet"),
    "reorged": (Cause.REORGED, "its block is not canonical"),
    "late": (Cause.LATE, "it was reported late"),
    "busted": (Cause.BUSTED, "it was taken back"),
    "amended": (Cause.AMENDED, "it was corrected"),
}
UNBOOKED = {
    **{kind: (cause, f"{kind} was not booked") for kind, cause in COSTS.items()},
    "rebase": (Cause.REBASE, "the balance was rebased, and nobody booked it"),
    "airdrop": (Cause.AIRDROP, "it came without an order of ours"),
    "dust": (Cause.DUST, "external calls it dust"),
}


def hold_shared(residue: Residue, rules: Rules) -> tuple[Residue, list[Break]]:
    """Set aside accounts whose two sides come from one source: agreeing proves nothing.

    What the other side books under the same ref on an account that is not shared compares.
    """
    if not rules.shared_accounts:
        return residue, []
    sides = residue.left, residue.right
    mine, theirs = (_elsewhere(rows, rules) for rows in sides)
    told_there = theirs - mine, mine - theirs
    held: list[list[Row]] = [[], []]
    rest: list[list[Row]] = [[], []]
    for side, rows in enumerate(sides):
        for row in rows:
            is_held = row.account in rules.shared_accounts and _leg_key(row) not in told_there[side]
            (held if is_held else rest)[side].append(row)
    words = "both sides come from one source, so the comparison is invalid"
    told = _per_account(Cause.SHARED_SOURCE, words, held[LEFT], held[RIGHT])
    return residue._replace(left=rest[LEFT], right=rest[RIGHT]), list(told)


def _leg_key(row: Row) -> tuple[str, str, int]:
    return row.ref, row.asset, row.amount_units


def _elsewhere(rows: Iterable[Row], rules: Rules) -> set[tuple[str, str, int]]:
    """Name the legs under a ref on accounts that are not shared."""
    shared = rules.shared_accounts
    return {_leg_key(row) for row in rows if row.ref and row.account not in shared}


def _per_account(
    cause: Cause, words: str, lefts: Sequence[Row], rights: Sequence[Row]
) -> Iterator[Break]:
    found: defaultdict[str, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for side, rows in ((LEFT, lefts), (RIGHT, rights)):
        for row in rows:
            found[row.account][side].append(row)
    for account, (mine, theirs) in sorted(found.items()):
        rows = [*mine, *theirs]
        assets = {row.asset for row in rows}
        gap = sum(row.amount_units for row in theirs) - sum(row.amount_units for row in mine)
        one = assets.pop() if len(assets) == 1 else ""
        told = Finding(cause, one, gap if one else 0, f"{account}: {words}")
        mine.sort(key=lambda row: row.id)
        theirs.sort(key=lambda row: row.id)
        yield make_break(told, mine, theirs)


def break_reverted(board: Board) -> Iterator[Break]:
    """Void what internal booked of transactions that external says reverted; their gas stays."""
    told: defaultdict[str, list[int]] = defaultdict(list)
    for to, row in enumerate(board.rows[RIGHT]):
        if row.ref:
            told[row.ref].append(to)
    booked: defaultdict[str, list[int]] = defaultdict(list)
    for at in board.open(LEFT):
        booked[board.rows[LEFT][at].ref].append(at)
    for ref, theirs in told.items():
        if any(board.rows[RIGHT][to].status == "reverted" for to in theirs):
            yield from _reverted(board, booked[ref], theirs)


def _reverted(board: Board, mine: Sequence[int], theirs: Sequence[int]) -> Iterator[Break]:
    rows = board.rows[RIGHT]
    costs = {content(rows[to]) for to in theirs if _is_cost(rows[to], board.rules)}
    void = [
        at
        for at in mine
        if (row := board.rows[LEFT][at]).status != "reverted"
        and row.kind not in COSTS
        and content(row) not in costs
    ]
    is_open = board.is_open[RIGHT]
    gone = [to for to in theirs if is_open[to] and not _is_cost(rows[to], board.rules)]
    words = "the transaction reverted: only its gas is real"
    yield from _voided(board, void, gone, Cause.REVERTED_TX, words)


def break_cancelled(board: Board) -> Iterator[Break]:
    """Void what internal booked of transactions whose nonce went to one that moves nothing."""
    told: defaultdict[str, list[int]] = defaultdict(list)
    for to, row in enumerate(board.rows[RIGHT]):
        if row.order and row.ref:
            told[row.order].append(to)
    booked: defaultdict[str, list[int]] = defaultdict(list)
    for at in board.open(LEFT):
        booked[board.rows[LEFT][at].order].append(at)
    for order, theirs in told.items():
        rows = [board.rows[RIGHT][to] for to in theirs]
        if all(not row.amount_units or _is_cost(row, board.rules) for row in rows):
            mined = {row.ref for row in rows}
            void = [at for at in booked[order] if _is_displaced(board.rows[LEFT][at], mined)]
            empty = [to for to in theirs if not board.rows[RIGHT][to].amount_units]
            words = f"{min(mined)} was mined in its place and moves nothing"
            yield from _voided(board, void, empty, Cause.CANCELLED_TX, words)


def _is_displaced(row: Row, mined: set[str]) -> bool:
    return bool(row.ref) and row.ref not in mined and row.kind not in COSTS


def _voided(
    board: Board, void: Sequence[int], gone: Sequence[int], cause: Cause, words: str
) -> Iterator[Break]:
    """Tell what never moved, asset by asset, so that its money is accounted for."""
    lefts = [board.rows[LEFT][at] for at in void]
    rights = [board.rows[RIGHT][to] for to in gone]
    board.close(LEFT, void)
    board.close(RIGHT, gone if void else ())
    for asset in sorted({row.asset for row in lefts}):
        mine = [row for row in lefts if row.asset == asset]
        theirs = [row for row in rights if row.asset == asset]
        gap = -sum(row.amount_units for row in mine)
        yield make_break(Finding(cause, asset, gap, words), mine, theirs)


def _is_cost(row: Row, rules: Rules) -> bool:
    return row.kind in COSTS or (
        not row.kind and row.amount_units < 0 and row.asset in rules.native_assets
    )


def break_transfers(board: Board) -> Iterator[Break]:
    """Pair what leaves one account of ours and enters another, and the other side lacks."""
    for side in (LEFT, RIGHT) if board.rules.own_accounts else ():
        rows = board.rows[side]
        waiting: defaultdict[object, list[int]] = defaultdict(list)
        for at in board.open(side):
            if _may_be_transfer(side, rows[at], board.rules) and rows[at].amount_units > 0:
                waiting[rows[at].asset, rows[at].amount_units].append(at)
        for at in list(board.open(side)):
            row = rows[at]
            if _may_be_transfer(side, row, board.rules) and row.amount_units < 0:
                ins = waiting.get((row.asset, -row.amount_units), [])
                into = next((to for to in ins if _is_transfer(board, row, rows[to])), None)
                if into is not None:
                    ins.remove(into)
                    board.close(side, (at, into))
                    yield _transfer(side, [row, rows[into]], rows[into].amount_units)


def _may_be_transfer(side: int, row: Row, rules: Rules) -> bool:
    """Ask whether a row is on an account of ours, and nothing else is the matter with it."""
    is_sound = _flagged(row, rules) is None and _not_yet(side, row, rules) is None
    return row.account in rules.own_accounts and is_sound


def _is_transfer(board: Board, out: Row, into: Row) -> bool:
    is_one = out.ref == into.ref if out.ref and into.ref else True
    near = board.rules.in_window(out.time_ns, into.time_ns)
    return out.account != into.account and is_one and near


def _transfer(side: int, rows: list[Row], amount_units: int) -> Break:
    words = "it moves between accounts of ours and is no profit or loss"
    told = Finding(Cause.INTERNAL_TRANSFER, rows[0].asset, amount_units, words)
    return make_break(told, *((rows, []) if side == LEFT else ([], rows)))


def break_singles(board: Board) -> Iterator[Break]:
    """Give every row that is still open its cause."""
    failed: tuple[list[Row], list[Row]] = [], []
    doubtful = _doubtful(board)
    for side in (LEFT, RIGHT):
        for at in board.open(side):
            row = board.rows[side][at]
            if row.account in board.rules.failed_accounts:
                failed[side].append(row)
            else:
                yield _alone(board, side, row, doubtful[side].get(content(row), ()))
    words = "its query failed, so what it does not say is unknown"
    yield from _per_account(Cause.SOURCE_FAILURE, words, *failed)


def break_lone(rows: Iterable[Row], side: int, rules: Rules) -> Iterator[Break]:
    """Give rows that nothing else is known of their cause."""
    for row in rows:
        yield _told(side, [row], _not_yet(side, row, rules) or _missing(side, row, rules), rules)


_Doubtful = defaultdict[object, list[tuple[Row, Row]]]


def _doubtful(board: Board) -> tuple[_Doubtful, _Doubtful]:
    """Give each side's rows, by content, whose partner another could have had as well."""
    found: tuple[_Doubtful, _Doubtful] = defaultdict(list), defaultdict(list)
    for pair in board.pairs:
        if not pair.is_clear and len(pair.lefts) == len(pair.rights) == 1:
            left, right = board.rows[LEFT][pair.lefts[0]], board.rows[RIGHT][pair.rights[0]]
            found[LEFT][content(left)].append((left, right))
            found[RIGHT][content(right)].append((right, left))
    return found


def _alone(board: Board, side: int, row: Row, doubtful: Iterable[tuple[Row, Row]] = ()) -> Break:
    """Tell why a row is alone; where a twin is paired that it could have been, name both.

    That one of them is missing, and how much money that is, is certain; which one is not.
    """
    cause, words = _why(board, side, row)
    if cause not in _ABSENT:
        return _told(side, [row], (cause, words), board.rules)
    twins = [twin for twin, other in doubtful if _could_be(board, side, row, other)]
    if twins:
        words = f"{words}, or not {', '.join(twin.id for twin in twins)}: they are alike"
    return _told(side, [row, *twins], (cause, words), board.rules)


_ABSENT = (Cause.MISSING_INTERNAL, Cause.MISSING_EXTERNAL)


def _could_be(board: Board, side: int, row: Row, other: Row) -> bool:
    left, right = (row, other) if side == LEFT else (other, row)
    return board.rules.in_window(left.time_ns, right.time_ns) and board.may_be_one(left, right)


def _told(side: int, rows: Sequence[Row], why: tuple[Cause, str], rules: Rules) -> Break:
    """Tell why the first row is alone."""
    row = rows[0]
    cause, words = why
    amount = row.amount_units if side == RIGHT else -row.amount_units
    expires_ns = row.time_ns + rules.window_after_ns if _clears(cause) else 0
    told = Finding(cause, row.asset, amount, words)
    return make_break(told, *((rows, ()) if side == LEFT else ((), rows)), expires_ns)


def _clears(cause: Cause) -> bool:
    return cause in (Cause.TIMING, Cause.CUTOFF, Cause.PENDING_FINALITY)


def _why(board: Board, side: int, row: Row) -> tuple[Cause, str]:
    repeats = board.repeated(side, row)
    return (
        _flagged(row, board.rules)
        or ((Cause.DUPLICATE, repeats) if repeats else None)
        or (_unbooked(board, row) if side == RIGHT else None)
        or _leg(board, side, row)
        or _not_yet(side, row, board.rules)
        or _missing(side, row, board.rules)
    )


def _flagged(row: Row, rules: Rules) -> tuple[Cause, str] | None:
    is_orphan = row.block != "" and row.block in rules.orphaned_blocks
    return _BY_STATUS.get("reorged" if is_orphan else row.status)


def _unbooked(board: Board, row: Row) -> tuple[Cause, str] | None:
    """Say what external reports that comes without a trade of its own."""
    if row.kind in UNBOOKED:
        return UNBOOKED[row.kind]
    if row.ref and board.knows_ref(LEFT, row.ref) and _is_cost(row, board.rules):
        return Cause.GAS_UNBOOKED, "the transaction is booked, its gas is not"
    return None


def _leg(board: Board, side: int, row: Row) -> tuple[Cause, str] | None:
    if _has_other_leg(board, side, row):
        return Cause.INTERNAL_TRANSFER, "its other leg is another account of ours"
    return None


def _has_other_leg(board: Board, side: int, row: Row) -> bool:
    own = board.rules.own_accounts
    return row.account in own and any(
        other.account in own
        and other.account != row.account
        and other.asset == row.asset
        and other.amount_units == -row.amount_units
        for other in board.settled(side, row.ref)
    )


def _not_yet(side: int, row: Row, rules: Rules) -> tuple[Cause, str] | None:
    cut = rules.right_until_ns if side == LEFT else rules.left_until_ns
    if cut is None or row.time_ns < cut - rules.settle_lag_ns:
        return None
    if row.time_ns >= cut:
        return Cause.CUTOFF, "it is after the other side's cut-off"
    return Cause.TIMING, "it may not have reached the other side before its cut-off"


def _missing(side: int, row: Row, rules: Rules) -> tuple[Cause, str]:
    if 0 < rules.dust(row.asset) >= abs(row.amount_units):
        return Cause.DUST, "a remainder no larger than dust"
    if side == LEFT:
        return Cause.MISSING_EXTERNAL, "external does not have it"
    return Cause.MISSING_INTERNAL, "internal does not have it"
