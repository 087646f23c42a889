"""Hand facts to the journal whoever is its writer now: the recorder when it runs, else ourselves.

For the books and the front desk, which write a few facts while the loop may or may not be running.
"""

from __future__ import annotations

from domain.clock import Clock
from domain.errors import Transient
from domain.home import DeskHome
from journal.door import SyncDoor
from journal.entry import Entry
from journal.writer import JournalWriter

RECORDER_SOCKET = "recorder.sock"


def post(home: DeskHome, clock: Clock, *entries: Entry) -> list[int]:
    """Write facts durably, through the recorder or as the writer of the moment.

    Returns:
        The seq of each, in order.

    Raises:
        StorageFailed: The disk is full or failing; nothing was written.
        JournalConflict: A record id is taken by other content; nothing was written.
        JournalBusy: Another program that serves no door writes this journal.
        Transient: The recorder left before it answered; post the same facts again.
    """
    try:
        door = SyncDoor(home.sockets / RECORDER_SOCKET)
    except Transient:
        with JournalWriter(home, clock) as writer:
            return writer.append(entries)
    try:
        return door.record(*entries)
    finally:
        door.close()
