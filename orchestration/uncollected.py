"""Work among a million rows that are all still needed: nobody looks for garbage while it lasts.

Python's collector is called by how much was made, not by how much was dropped, and each call walks
what is young: columns of a day, over and over. What a body drops without a cycle is freed at once
all the same. Process-wide; bodies that overlap leave it as the first found it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector of cycles rest until the end of the block, however that comes."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
