"""Metrics and health pages."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request

import pytest

from domain.errors import ConfigRefused
from live.aio.pages import Health, serve_pages


def get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.mark.parametrize(
    ("state", "status"), [("ready", 200), ("starting", 503), ("degraded", 503), ("stopping", 503)]
)
def test_health_is_ok_only_while_ready(state, status):
    async def scenario() -> tuple[int, bytes]:
        async with serve_pages(0, lambda: Health("relay", state, "why", 7)) as port:
            return await asyncio.to_thread(get, port, "/health")

    found, body = asyncio.run(scenario())
    assert found == status
    assert json.loads(body) == {
        "process": "relay", "state": state, "reason": "why", "since_ns": 7,
    }  # fmt: skip


def test_metrics_are_what_prometheus_reads():
    async def scenario() -> tuple[int, bytes]:
        async with serve_pages(0, lambda: Health("relay", "ready", "", 7)) as port:
            return await asyncio.to_thread(get, port, "/metrics")

    status, body = asyncio.run(scenario())
    assert status == 200
    assert b"# TYPE process_cpu_seconds_total counter" in body


def test_a_taken_port_is_refused():
    async def scenario() -> None:
        health = Health("relay", "ready", "", 7)
        async with serve_pages(0, lambda: health) as port, serve_pages(port, lambda: health):
            raise AssertionError("two programs cannot listen on one port")

    with pytest.raises(ConfigRefused):
        asyncio.run(scenario())
