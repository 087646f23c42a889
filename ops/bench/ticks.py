"""A timer finer than an event loop's milliseconds: the kernel's timerfd, read like any other file.

Without it a sender of 10 000 frames a second would hand over ten at a time, and every frame but the
first would wait behind its neighbours for reasons that are not the relay's.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import struct
from collections.abc import Callable

from domain.clock import SECOND_NS

_MONOTONIC, _NON_BLOCKING = 1, os.O_NONBLOCK
_SPEC = struct.Struct("<qqqq")
_TICKS = struct.Struct("<Q")


class Ticker:
    """Calls back at a fixed rate in the running event loop.

    Args:
        rate: Ticks a second.
        on_ticks: Given how many ticks are due; late ones come together, none is lost.

    Raises:
        OSError: The kernel gives no timer.
    """

    def __init__(self, rate: float, on_ticks: Callable[[int], None]) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._on_ticks = on_ticks
        self._file = libc.timerfd_create(_MONOTONIC, _NON_BLOCKING)
        seconds, rest = divmod(int(SECOND_NS / rate), SECOND_NS)
        spec = _SPEC.pack(seconds, rest, seconds, rest)
        if self._file < 0 or libc.timerfd_settime(self._file, 0, spec, None):
            raise OSError(ctypes.get_errno(), "no timer")
        asyncio.get_running_loop().add_reader(self._file, self._read)

    def close(self) -> None:
        """Stop ticking."""
        asyncio.get_running_loop().remove_reader(self._file)
        os.close(self._file)

    def _read(self) -> None:
        self._on_ticks(_TICKS.unpack(os.read(self._file, _TICKS.size))[0])
