"""The exchange as a real process: killed it forgets nothing, asked to stop it does."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64decode

import msgspec
import orjson

from rehearsal.exchange.server import KEY_VARIABLE, SECRET_VARIABLE
from rehearsal.exchange.signing import signature
from tests.kit.eventually import eventually_sync
from tests.kit.exchange import KEY, SECRET
from tests.kit.facts import a_card
from tests.kit.homes import a_home

RUN = "import sys; from pathlib import Path; from domain.home import DeskHome; \
from rehearsal.exchange.server import main; main(DeskHome(Path(sys.argv[1])))"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def a_desk(folder):
    url = f"http://127.0.0.1:{free_port()}"
    exchange = msgspec.structs.replace(a_card().exchange, rest_url=url)
    return a_home(folder, exchange=exchange), url


def started(home, url, **environment):
    credentials = {KEY_VARIABLE: KEY, SECRET_VARIABLE: SECRET}
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(home.root)],
        env=os.environ | credentials | environment,
        stderr=subprocess.PIPE,
    )
    eventually_sync(lambda: process.poll() is not None or answers(url), within_s=30)
    return process


def answers(url):
    try:
        return fetched(f"{url}/0/public/Time")
    except (urllib.error.URLError, ConnectionError):
        return None


def fetched(url, data=None, headers=None):
    request = urllib.request.Request(url, data, headers or {})  # noqa: S310 (loopback)
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (loopback)
        return orjson.loads(answer.read())


class Signed:
    """A client of few words: signs and posts."""

    def __init__(self, url):
        self.url, self.nonce = url, 0

    def __call__(self, method, **form):
        self.nonce += 1
        path = f"/0/private/{method}"
        body = urllib.parse.urlencode({"nonce": self.nonce, **form}).encode()
        sign = signature(b64decode(SECRET), path, str(self.nonce), body)
        return fetched(self.url + path, body, {"API-Key": KEY, "API-Sign": sign})


def order(price, client_id):
    return {
        "pair": "ETHUSDC",
        "type": "buy",
        "ordertype": "limit",
        "volume": "1",
        "price": price,
        "cl_ord_id": client_id,
    }


def test_an_exchange_that_is_killed_goes_on_where_it_was(tmp_path):
    home, url = a_desk(tmp_path)
    process, ask = started(home, url), Signed(url)
    step = orjson.dumps({"bids": [[299_000, 10**8]], "asks": [[300_000, 10**9]]})
    fetched(f"{url}/admin/quote", step)
    ask("AddOrder", **order("3000.00", "taken"))
    ask("AddOrder", **order("2000.00", "resting"))
    seen = {name: ask(name) for name in ("BalanceEx", "OpenOrders", "TradesHistory", "Ledgers")}
    depth = fetched(f"{url}/0/public/Depth?pair=ETHUSDC")["result"]["ETHUSDC"]["asks"][0][:2]
    process.kill()
    process.communicate()
    process = started(home, url)
    assert {name: ask(name) for name in seen} == seen
    assert seen["TradesHistory"]["result"]["count"] == 1
    assert len(seen["OpenOrders"]["result"]["open"]) == 1
    again = fetched(f"{url}/0/public/Depth?pair=ETHUSDC")["result"]["ETHUSDC"]["asks"][0][:2]
    assert again == depth
    assert ask("AddOrder", **order("3000.00", "taken"))["error"] == [
        "EOrder:Invalid order:cl_ord_id already in use"
    ]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    assert process.returncode == 0


def test_an_exchange_without_credentials_refuses_to_start(tmp_path):
    home, url = a_desk(tmp_path)
    process = started(home, url, **{KEY_VARIABLE: ""})
    said = process.communicate(timeout=120)[1].decode()
    assert process.returncode == 2
    assert said.count("\n") == 1
    assert KEY_VARIABLE in said


def test_a_second_exchange_on_the_same_port_refuses_to_start(tmp_path):
    home, url = a_desk(tmp_path)
    with socket.create_server(("127.0.0.1", int(url.rpartition(":")[2]))):
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(home.root)],
            env=os.environ | {KEY_VARIABLE: KEY, SECRET_VARIABLE: SECRET},
            stderr=subprocess.PIPE,
        )
        said = process.communicate(timeout=120)[1].decode()
    assert process.returncode == 2
    assert "is one running already?" in said
