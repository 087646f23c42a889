"""What a grave break orders the loop to do: the breaker of its scope opens, and tries again later.

Pure: a break in, an order out. The order is a fact like any other; the loop hears it, stops what is
new in that scope, and after its breaker's cool-down lets one trial through. One break orders once.
"""

from domain.desk import DeskCard
from domain.layers.breaks import NOT_OF_A_VENUE
from domain.matching.types import FILLS, ORDERS, RUNNING, Break
from journal.records import HaltOrdered

GRAVE = "high"
"""Money is somewhere it should not be, or a source cannot be believed; less waits for people."""
TRIPPED = "TRIPPED"
DESK = "desk"
_OF_THE_EXCHANGE = frozenset({ORDERS, FILLS, RUNNING})


def trip_of(one: Break, card: DeskCard) -> HaltOrdered | None:
    """Say which breaker a break trips; None where it trips none.

    A comparison with the exchange's own statements is about the exchange alone; any other may be
    about everything, so the desk's breaker opens. What is about our own counting stops no trade:
    where money is missing, the balance it is missing from trips too.
    """
    if one.severity != GRAVE or one.recon in NOT_OF_A_VENUE:
        return None
    is_venue = one.recon in _OF_THE_EXCHANGE or one.account == card.exchange.account
    return HaltOrdered(
        scope=f"venue:{card.exchange.venue}" if is_venue else DESK,
        cause_id=one.break_id,
        reason=f"the books found {one.cause} in {one.recon}: {one.subject}",
        state=TRIPPED,
    )
