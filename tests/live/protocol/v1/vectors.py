"""Real frames from deployed encoders, and bad ones with the verdict of deployed readers.

The files live outside the repository; tests that need them skip, with this as the reason, without.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[5] / "shared" / "vectors"
ABSENT = "the recorded v1 vectors are not beside this checkout (../shared/vectors)"


def load(name: str) -> list[dict[str, Any]]:
    """Read one file of vectors; empty when it is absent."""
    path = FOLDER / name
    return json.loads(path.read_text()) if path.exists() else []
