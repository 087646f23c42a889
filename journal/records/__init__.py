"""The facts the house remembers: one frozen struct a kind, a module a subject.

A struct holds what its source said and nothing derived. Amounts are integers in base units, prices
carry their scale in the name. Adding a field at the end with a default is compatible both ways;
anything else is a new version.
"""

from journal.records.acting import (
    ExecutionFinalised,
    ExecutionFinished,
    ExecutionPlanned,
    OrderIntended,
    OrderObserved,
    ParentOrdered,
    TransactionIntended,
    TransactionObserved,
)
from journal.records.deciding import OpportunityFound, QuotedLeg, ResultCounted, RiskDecided
from journal.records.desk import DeskClosed, DeskOpened
from journal.records.fact import Fact
from journal.records.kinds import KINDS
from journal.records.market import (
    AssetHeld,
    AssetTold,
    GapNoticed,
    InventoryRead,
    InventoryTold,
    MarkObserved,
    SenderCount,
    WireSegment,
)
from journal.records.payload import canonical_payload, parse_payload
from journal.records.steering import (
    AlertRaised,
    CorrectionDecided,
    HaltOrdered,
    LimitsOrdered,
    PeriodMarked,
)

__all__ = [
    "KINDS",
    "AlertRaised",
    "AssetHeld",
    "AssetTold",
    "CorrectionDecided",
    "DeskClosed",
    "DeskOpened",
    "ExecutionFinalised",
    "ExecutionFinished",
    "ExecutionPlanned",
    "Fact",
    "GapNoticed",
    "HaltOrdered",
    "InventoryRead",
    "InventoryTold",
    "LimitsOrdered",
    "MarkObserved",
    "OpportunityFound",
    "OrderIntended",
    "OrderObserved",
    "ParentOrdered",
    "PeriodMarked",
    "QuotedLeg",
    "ResultCounted",
    "RiskDecided",
    "SenderCount",
    "TransactionIntended",
    "TransactionObserved",
    "WireSegment",
    "canonical_payload",
    "parse_payload",
]
