"""`alphapulse relay --config` and `alphapulse tap` as real processes on real sockets."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from live.protocol import v1
from tests.kit import command
from tests.kit.eventually import eventually_sync
from tests.kit.running import ROOT
from tests.kit.wire import an_opportunity
from tests.live.relay.makers import an_alert, beats, wire

CONFIG = """
folder = "{folder}"
[ingest]
v1 = ["kraken"]
v2 = ["signals"]
[serve]
tcp = "127.0.0.1:0"
"""


def alphapulse(*words: str, **told) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ops.cli.main", *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **told,
    )


@contextmanager
def a_running_relay(folder: Path) -> Iterator[str]:
    """Run a relay alone; gives its TCP address."""
    config = folder / "relay.toml"
    config.write_text(CONFIG.format(folder=folder))
    relay = alphapulse("relay", "--config", config)
    try:
        said = relay.stdout.readline()
        assert "relay.sock" in said, relay.stderr.read()
        yield said.strip().rsplit(", ", 1)[1]
    finally:
        relay.send_signal(signal.SIGINT)
        _, complaints = relay.communicate(timeout=120)
    assert (relay.returncode, complaints) == (0, "")


def send(path: Path, *frames: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as producer:
        producer.connect(str(path))
        producer.sendall(b"".join(frames))


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_a_relay_alone_and_what_a_tap_shows_of_it(tmp_path):
    with a_running_relay(tmp_path) as tcp:
        places = [("--tcp", tcp), ("--socket", tmp_path / "relay.sock")]
        taps = [alphapulse("tap", *place, "--min-profit", "5", "--limit", "2") for place in places]
        rich = [an_opportunity(n, profit_usd_e6=n * 1_000_000) for n in range(4, 8)]
        number = 0

        def both_ended() -> bool:
            nonlocal number
            number += 10
            frames = [wire(message, number + n) for n, message in enumerate((*rich, an_alert()))]
            send(tmp_path / "signals.sock", *frames)
            send(tmp_path / "kraken.sock", *beats(number, 3))
            return all(tap.poll() is not None for tap in taps)

        eventually_sync(both_ended, 20)
        for tap in taps:
            code, out, err = ended(tap)
            lines = [json.loads(line) for line in out.splitlines()]
            assert (code, len(lines)) == (0, 2), err
            assert all(line["fields"]["routing"]["profit_usd_e6"] >= 5_000_000 for line in lines)


def test_a_tap_ends_well_by_ctrl_c_and_when_its_reader_closes_the_pipe(tmp_path):
    with a_running_relay(tmp_path):
        where = ("--socket", tmp_path / "defi.sock")
        taps = [alphapulse("tap", *where) for _ in range(2)]
        send(tmp_path / "kraken.sock", v1.encode(v1.mapping("kraken:BTC-USD"), 0))
        for tap in taps:
            assert "kraken:BTC-USD" in tap.stdout.readline()
        taps[0].send_signal(signal.SIGINT)
        taps[1].stdout.close()
        assert ended(taps[0])[0] == 0
        assert taps[1].wait(120) == 0
        assert taps[1].stderr.read() == ""
        taps[1].stderr.close()


def test_a_tap_of_an_old_relay_shows_v1_and_says_so(tmp_path):
    path = tmp_path / "relay.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def be_old() -> None:
            reader, _ = server.accept()
            with reader:
                number = 0
                while number < 100_000:
                    try:
                        reader.sendall(b"".join(beats(number, 10)))
                    except OSError:
                        return
                    number += 10
                    threading.Event().wait(0.05)

        relay = threading.Thread(target=be_old, daemon=True)
        relay.start()
        code, out, err = ended(alphapulse("tap", "--socket", path, "--limit", "25"))
        relay.join(60)
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert "speaks v1 only" in err
    assert [line["sequence"] for line in lines] == list(range(25))
    assert {line["name"] for line in lines} == {"Heartbeat"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("tap", "--tcp", "nowhere"), "HOST:PORT"),
        (("tap", "--tcp", "a:1", "--socket", "x"), "one relay at a time"),
        (("tap", "--channel", "x"), "there is no such channel"),
        (("relay", "--config", "none.toml"), "cannot be read"),
        (("relay", "--config", "odd.toml"), "unknown field `limit`"),
        (("relay", "--config", "odd.toml", "--home", "x"), "not both"),
    ],
)
def test_what_is_asked_wrongly_is_one_sentence_before_anything_starts(tmp_path, words, sentence):
    found, out, err = command.alphapulse(*_with_files(tmp_path, words))
    assert (found, out) == (2, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("tap", "--socket", "none.sock"), 1, "no relay answers there"),
        (("relay", "--config", "deep.toml"), 2, "cannot be"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_an_exit_code(tmp_path, words, code, sentence):
    found, out, err = ended(alphapulse(*_with_files(tmp_path, words)))
    assert (found, out) == (code, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


def _with_files(folder: Path, words: tuple[str, ...]) -> list[str]:
    (folder / "odd.toml").write_text('folder = "/srv/x"\n[limit]\nclients = 3\n')
    (folder / "deep.toml").write_text('folder = "/proc/x"\n')
    return [str(folder / word) if word.endswith((".toml", ".sock")) else word for word in words]
