"""What this session has been through: results, failures in a row, scopes that were halted.

Pure and immutable; each method gives the session after one more fact. A session begins when the
trader starts: losses and failures are not carried over a restart, halts are (they are journal
facts).
"""

from __future__ import annotations

import msgspec

from journal.records import HaltOrdered


class Session(msgspec.Struct, frozen=True):
    """The running state that limits look at.

    Args:
        result_usd_e24: Sum of realised results at their decision marks; a risk number, not the
            books'.
        failures: Executions in a row that ended worse than SETTLED.
        last_failure_ns: When the last of them ended; 0 when none did.
        halted: Scope -> reason, for every scope halted and not lifted.
    """

    result_usd_e24: int = 0
    failures: int = 0
    last_failure_ns: int = 0
    halted: dict[str, str] = {}

    def finished(self, outcome: str, result_usd_e24: int, now_ns: int) -> Session:
        """Take one finished execution into account; only SETTLED ends a row of failures."""
        total = self.result_usd_e24 + result_usd_e24
        if outcome == "SETTLED":
            return Session(total, 0, self.last_failure_ns, self.halted)
        return Session(total, self.failures + 1, now_ns, self.halted)

    def ordered(self, order: HaltOrdered) -> Session:
        """Obey one order of the books: halt a scope, or lift a halt."""
        halted = {scope: why for scope, why in self.halted.items() if scope != order.scope}
        if not order.is_lifted:
            halted[order.scope] = order.reason
        return Session(self.result_usd_e24, self.failures, self.last_failure_ns, halted)
