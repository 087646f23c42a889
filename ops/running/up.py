"""Everything at once until Ctrl-C: the loop, Dagster's daemon and its page; or the page alone."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable
from threading import Event

from domain.clock import SECOND_NS
from domain.errors import Refused
from domain.home import DeskHome
from journal.reader import JournalReader
from live.aio.clock import WallClock
from ops.paper import Paper
from ops.running.crew import end_session
from ops.running.demo import in_words
from ops.running.opening import free_ports, keep
from ops.running.session import Session, Tally, session
from ops.running.watched import Watched

UI_PORT = 3000
BOOKS_PATIENCE_S = 120
"""A settlement takes seconds; one that was under way when we stopped is waited for, too."""
_TELL_EVERY_S = 10.0
_LOOK_EVERY_S = 0.5


def run_up(
    home: DeskHome,
    *,
    seed: int,
    watched: Watched | None = None,
    begun: Callable[[DeskHome], None] = lambda _: None,
) -> None:
    """Run the desk until interrupted; its sensors keep the books while it trades.

    Args:
        home: The desk's folder; one that ran before goes on where it stopped.
        seed: Seeds the market's walk of a new desk.
        watched: Exchanges to look at; None keeps those it looked at before.
        begun: Is told of the desk once it runs, and of none that is refused.

    Raises:
        PlatformError: A process could not be started, or keeps dying.
    """
    talk = Paper(stderr=True)
    clock = WallClock()
    with session(home, seed=seed, clock=clock, told=talk.print, watched=watched) as desk:
        keep(home)
        begun(home)
        port = _start_books(desk, talk)
        talk.print(f"trading; look at http://127.0.0.1:{port} and end with Ctrl-C")
        try:
            desk.trade(None, _Teller(talk))
        except KeyboardInterrupt:
            talk.print("stopping: nothing new, waiting until everything sent is final")
            traded_seq = _last_seq(home)
            desk.wind_down("stopped by its operator")
            _wait_for_books(desk, traded_seq, talk)
            desk.crew.stop("dagster", patience_s=30.0)


def run_ui(home: DeskHome, *, port: int) -> None:
    """Serve Dagster's page over a desk that is not running, until interrupted.

    Raises:
        Refused: The desk has no books yet.
    """
    if not home.journal_db.exists():
        raise Refused(f"there is no journal in {home.root}; run ./alphapulse demo or up first")
    from orchestration.runs.instance import prepare_instance, ui_command

    prepare_instance(home)
    command, environment = ui_command(home, port=port)
    Paper(stderr=True).print(
        f"Dagster on {home.root}: http://127.0.0.1:{port} in half a minute (end with Ctrl-C)"
    )
    process = subprocess.Popen(command, env={**os.environ, **environment}, start_new_session=True)
    try:
        process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
    finally:
        end_session(process.pid)


def _wait_for_books(desk: Session, traded_seq: int, talk: Paper) -> None:
    """Let the sensors settle what the last minutes left; whoever is in a hurry asks twice."""
    from sensors.cursors import FINALISED, runs_for
    from sensors.watching import not_in_the_books, of_open_days, since

    last = since(desk.home, traded_seq, FINALISED)
    talk.print("waiting until the books hold all of it (Ctrl-C again leaves it for the next start)")
    deadline_ns = desk.clock.now_ns() + BOOKS_PATIENCE_S * SECOND_NS
    pause = Event()
    try:
        while of_open_days(desk.home, runs_for("", not_in_the_books(desk.home, last))):
            if desk.clock.now_ns() > deadline_ns:
                talk.print("the books are not there yet; they go on at the next start")
                return
            pause.wait(_LOOK_EVERY_S)
        talk.print("the books hold everything that is final")
    except KeyboardInterrupt:
        talk.print("left as it is; the books go on at the next start")


def _last_seq(home: DeskHome) -> int:
    with JournalReader(home.journal_db) as reader:
        return reader.head()[0]


class _Teller:
    """Says now and then how the session goes, without drowning the terminal."""

    def __init__(self, talk: Paper) -> None:
        self._talk = talk
        self._next_s = 0.0

    def __call__(self, passed_s: float, tally: Tally) -> None:
        if passed_s >= self._next_s:
            self._next_s = passed_s + _TELL_EVERY_S
            self._talk.print(in_words(tally))


def _start_books(desk: Session, talk: Paper) -> int:
    from orchestration.runs.instance import prepare_instance, ui_command

    talk.print("starting Dagster")
    prepare_instance(desk.home)
    port = UI_PORT if _is_free(UI_PORT) else free_ports(1)[0]
    command, environment = ui_command(desk.home, port=port)
    desk.crew.environment = {**desk.crew.environment, **environment}
    desk.crew.start_command("dagster", command)
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
