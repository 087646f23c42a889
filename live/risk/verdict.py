"""An answer of risk: yes, or no with the limit, the numbers and the reason.

A denial is an ordinary answer and therefore a value. How it is reached is in `rules.py`.
"""

from __future__ import annotations

import msgspec

from journal.records import RiskDecided

APPROVED_REASON = "within every limit"


class Verdict(msgspec.Struct, frozen=True):
    """What risk answered.

    Args:
        is_approved: Whether the desk may act.
        limit_name: The limit that said no; empty when nothing did.
        limit_value: What the limit allows, as text with its unit in the limit's name.
        observed_value: What was found instead, in the same unit.
        reason: One sentence for a person.
    """

    is_approved: bool
    limit_name: str
    limit_value: str
    observed_value: str
    reason: str

    @classmethod
    def approve(cls) -> Verdict:
        """Say yes."""
        return cls(True, "", "", "", APPROVED_REASON)  # noqa: FBT003 (the struct's own first field)

    @classmethod
    def deny(cls, limit_name: str, *, limit: object, observed: object, reason: str) -> Verdict:
        """Say no, citing the limit and both numbers."""
        return cls(False, limit_name, str(limit), str(observed), reason)  # noqa: FBT003 (likewise)

    def fact(self, opportunity_id: str, limits_version: int = 0) -> RiskDecided:
        """Write the verdict, and by which rulebook, as the fact the journal keeps."""
        return RiskDecided(
            opportunity_id=opportunity_id,
            is_approved=self.is_approved,
            reason=self.reason,
            limit_name=self.limit_name,
            limit_value=self.limit_value,
            observed_value=self.observed_value,
            limits_version=limits_version,
        )
