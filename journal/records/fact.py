"""What every fact shares: its kind, its version, and the key under which twice is once.

What a single kind says belongs to the module of its subject, beside this one.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from domain.identity import fact_id


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What every kind of fact shares: its name, its version and what makes it unique."""

    KIND: ClassVar[str]
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[tuple[str, ...]]

    def record_id(self) -> str:
        """Derive the id under which writing this fact twice is writing it once."""
        return fact_id(self.KIND, *(str(getattr(self, field)) for field in self.KEY))
