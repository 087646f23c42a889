"""Every kind of fact by its name, in one table that everyone reads.

Writer, reader, dbt sources, documentation and tests all read `KINDS`; a struct that is not in it
cannot be written. The fields of each stand in the module of its subject, beside this one.
"""

from __future__ import annotations

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
from journal.records.deciding import OpportunityFound, ResultCounted, RiskDecided
from journal.records.desk import DeskClosed, DeskOpened
from journal.records.fact import Fact
from journal.records.market import (
    GapNoticed,
    InventoryRead,
    InventoryTold,
    MarkObserved,
    WireSegment,
)
from journal.records.steering import (
    AlertRaised,
    CorrectionDecided,
    HaltOrdered,
    LimitsOrdered,
    PeriodMarked,
)

KINDS: dict[str, type[Fact]] = {
    kind.KIND: kind
    for kind in (
        DeskOpened,
        DeskClosed,
        WireSegment,
        MarkObserved,
        OpportunityFound,
        RiskDecided,
        ExecutionPlanned,
        OrderIntended,
        OrderObserved,
        TransactionIntended,
        TransactionObserved,
        ExecutionFinished,
        ExecutionFinalised,
        ResultCounted,
        GapNoticed,
        AlertRaised,
        HaltOrdered,
        LimitsOrdered,
        PeriodMarked,
        ParentOrdered,
        CorrectionDecided,
        InventoryRead,
        InventoryTold,
    )
}
