"""Everything at once until Ctrl-C: the loop, Dagster's daemon and its page; or the page alone."""

from __future__ import annotations

import os
import socket
import subprocess

from rich.console import Console

from domain.errors import Refused
from domain.home import DeskHome
from live.aio.clock import WallClock
from ops.demo import in_words
from ops.opening import free_ports
from ops.session import Session, Tally, session

UI_PORT = 3000
_TELL_EVERY_S = 10.0


def run_up(home: DeskHome, *, seed: int) -> None:
    """Run the desk until interrupted; its sensors keep the books while it trades.

    Args:
        home: The desk's folder; one that ran before goes on where it stopped.
        seed: Seeds the market's walk of a new desk.

    Raises:
        PlatformError: A process could not be started, or keeps dying.
    """
    talk = Console(stderr=True, highlight=False)
    with session(home, seed=seed, clock=WallClock(), told=talk.print) as desk:
        port = _start_books(desk, talk)
        talk.print(f"trading; look at http://127.0.0.1:{port} and end with Ctrl-C")
        try:
            desk.trade(None, _Teller(talk))
        except KeyboardInterrupt:
            talk.print("stopping: nothing new, waiting until everything sent is final")
            desk.wind_down("stopped by its operator")
            desk.crew.stop("dagster", patience_s=30.0)


def run_ui(home: DeskHome, *, port: int) -> None:
    """Serve Dagster's page over a desk that is not running, until interrupted.

    Raises:
        Refused: The desk has no books yet.
    """
    if not home.journal_db.exists():
        raise Refused(f"there is no journal in {home.root}; run ./alphapulse demo or up first")
    from orchestration.instance import prepare_instance, ui_command

    prepare_instance(home)
    command, environment = ui_command(home, port=port)
    Console(stderr=True).print(f"Dagster on {home.root}: http://127.0.0.1:{port} (end with Ctrl-C)")
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()


class _Teller:
    """Says now and then how the session goes, without drowning the terminal."""

    def __init__(self, talk: Console) -> None:
        self._talk = talk
        self._next_s = 0.0

    def __call__(self, passed_s: float, tally: Tally) -> None:
        if passed_s >= self._next_s:
            self._next_s = passed_s + _TELL_EVERY_S
            self._talk.print(in_words(tally))


def _start_books(desk: Session, talk: Console) -> int:
    from orchestration.instance import prepare_instance, ui_command

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
