"""How far a relay has read a stream, in a file that outlives it by ``kill -9``.

The server knows it too, but a moment later: it hears of a frame after the readers did. The file is
mapped memory, so keeping it costs nothing; what it does not survive is the machine's own death,
after which the server's word counts.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

from domain.errors import StorageFailed

_STATE = struct.Struct("<QQ")


class ReadPosition:
    """One stream's file.

    Args:
        path: Of the file; made when it is not there.

    Raises:
        StorageFailed: It cannot be kept.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.ftruncate(file, _STATE.size)
                self._page = mmap.mmap(file, _STATE.size)
            finally:
                os.close(file)
        except OSError as error:
            raise StorageFailed(
                f"the position in a stream cannot be kept: {error.strerror}; mend the folder",
                path=path,
            ) from error
        self._birth_ns, self.sequence = _STATE.unpack(self._page[:])

    def begin(self, birth_ns: int, acknowledged: int, newest: int) -> int:
        """Agree with the server on where to go on.

        Args:
            birth_ns: When the stream was made; another than ours is another stream.
            acknowledged: What the server believes we have read.
            newest: The last sequence of the stream; less than ours when the server lost its end.

        Returns:
            The last sequence that was read; 0 for none.
        """
        ours = self.sequence if birth_ns == self._birth_ns else 0
        self._birth_ns = birth_ns
        self.keep(min(max(ours, acknowledged), newest))
        return self.sequence

    def keep(self, sequence: int) -> None:
        """Remember that everything up to here has been handed on."""
        self.sequence = sequence
        self._page[:] = _STATE.pack(self._birth_ns, sequence)

    def close(self) -> None:
        """Let go of the file."""
        self._page.close()
