"""Raw wire frames on disk: one open file a channel, closed files vouched for by a digest.

A file is a magic and then, per frame, when it was received (u64 ns), its size (u32) and its bytes.
While it is written it is called ``.part``; sealing flushes it, renames it to ``.seg`` and computes
the SHA-256 that goes into the journal. A ``.part`` left by a killed recorder keeps its whole
frames.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from domain.errors import InputRefused, StorageFailed
from journal.records import WireSegment
from live.recorder.senders import senders_of

MAGIC = b"APWIRE1\n"
ROTATE_AFTER_NS = 10 * 1_000_000_000
"""So that the books lag the wire by seconds."""
ROTATE_AFTER_BYTES = 4 * 1024 * 1024
"""So that one file is read in one go."""

_FRAME_HEAD = struct.Struct("<QI")


class SegmentLog:
    """The open file of one channel.

    Args:
        root: The desk's folder; paths in facts are relative to it.
        folder: Where the channel's files are (``home.wire / channel``).
        channel: ``market`` or ``defi``.
        next_frame: Index of the next frame on this channel, counted from 0 over all its files.
    """

    def __init__(self, root: Path, folder: Path, channel: str, next_frame: int) -> None:
        self._root = root
        self._folder = folder
        self._channel = channel
        self._next_frame = next_frame
        self._file: BinaryIO | None = None
        self._retired: list[Path] = []
        self._first_ns = 0
        self._size_bytes = 0

    @property
    def next_frame(self) -> int:
        """Index of the next frame."""
        return self._next_frame

    def append(self, frames: Sequence[bytes], received_ns: int) -> None:
        """Write frames that arrived together.

        Raises:
            StorageFailed: The disk is full; none of these frames is in the file, the ones before
                are.
        """
        parts = [_FRAME_HEAD.pack(received_ns, len(frame)) + frame for frame in frames]
        try:
            file = self._opened(received_ns)
            _write_all(file, b"".join(parts))
            self._size_bytes = file.tell()
        except OSError as error:
            self._retire()
            raise _disk_failed(error, self._folder) from error
        finally:
            self._next_frame += len(frames)

    def is_due(self, now_ns: int) -> bool:
        """Whether a file should be sealed now."""
        if self._file is None:
            return bool(self._retired)
        is_old = now_ns - self._first_ns >= ROTATE_AFTER_NS
        return is_old or self._size_bytes >= ROTATE_AFTER_BYTES or bool(self._retired)

    def detach(self) -> list[Path]:
        """Give the files away that are to be sealed; the next frame begins a new one."""
        self._retire()
        parts, self._retired = self._retired, []
        return parts

    def seal(self, part: Path) -> WireSegment:
        """Flush a detached file, name it as closed and vouch for it. May run in a thread.

        Raises:
            StorageFailed: The disk is full or failing; the file stays as it is and is sealed later.
        """
        try:
            return seal_part(part, self._root, self._channel)
        except OSError as error:
            raise _disk_failed(error, part) from error

    def _opened(self, first_ns: int) -> BinaryIO:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{self._next_frame:012d}.part"
            self._file = path.open("wb", buffering=0)
            self._size_bytes = 0
            self._first_ns = first_ns
            _write_all(self._file, MAGIC)
        return self._file

    def _retire(self) -> None:
        """End the open file after its last whole append: frames in a file have no holes."""
        if self._file is None:
            return
        path = Path(self._file.name)
        os.ftruncate(self._file.fileno(), self._size_bytes)
        self._file.close()
        self._file = None
        if self._size_bytes:
            self._retired.append(path)
        else:
            path.unlink(missing_ok=True)


def _write_all(file: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]  # an almost full disk takes a part without complaint


def leftovers(folder: Path) -> list[Path]:
    """Find the files a killed recorder did not seal, oldest first."""
    return sorted(folder.glob("*.part"))


def sealed_since(folder: Path, next_frame: int) -> list[Path]:
    """Find sealed files whose frames are at or after an index: their facts may be missing."""
    return sorted(path for path in folder.glob("*.seg") if int(path.stem) >= next_frame)


def seal_part(part: Path, root: Path, channel: str) -> WireSegment:
    """Cut a torn end off, flush, rename and describe one file."""
    end = _end_of_whole_frames(part.read_bytes())
    with part.open("r+b") as file:
        file.truncate(end)
        os.fsync(file.fileno())
    sealed = part.with_suffix(".seg")
    part.rename(sealed)
    _flush_folder(part.parent)
    return describe(sealed, root, channel)


def describe(sealed: Path, root: Path, channel: str) -> WireSegment:
    """Compute the fact that vouches for a sealed file."""
    data = sealed.read_bytes()
    frames = list(_frames(data, sealed))
    times = [received_ns for received_ns, _frame in frames]
    first = int(sealed.stem)
    return WireSegment(
        channel=channel,
        path=sealed.relative_to(root).as_posix(),
        first_frame=first,
        last_frame=first + len(times) - 1,
        frames=len(times),
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        first_ns=times[0] if times else 0,
        last_ns=times[-1] if times else 0,
        senders=senders_of(frame for _received_ns, frame in frames),
    )


def read_segment(path: Path) -> Iterator[tuple[int, bytes]]:
    """Read a sealed file: when each frame was received, and the frame.

    Raises:
        InputRefused: It is not a wire segment, or it is cut.
    """
    return _frames(path.read_bytes(), path)


def _frames(data: bytes, path: Path) -> Iterator[tuple[int, bytes]]:
    if not data.startswith(MAGIC) or _end_of_whole_frames(data) != len(data):
        raise InputRefused("this wire segment is cut or none; restore it from a copy", path=path)
    at = len(MAGIC)
    while at < len(data):
        received_ns, size = _FRAME_HEAD.unpack_from(data, at)
        at += _FRAME_HEAD.size
        yield received_ns, data[at : at + size]
        at += size


def _end_of_whole_frames(data: bytes) -> int:
    at = len(MAGIC)
    while at + _FRAME_HEAD.size <= len(data):
        _received_ns, size = _FRAME_HEAD.unpack_from(data, at)
        if at + _FRAME_HEAD.size + size > len(data):
            break
        at += _FRAME_HEAD.size + size
    return at


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _disk_failed(error: OSError, path: Path) -> StorageFailed:
    return StorageFailed(
        f"the raw wire cannot be kept: {error.strerror}; make room, frames are being lost",
        path=path,
    )
