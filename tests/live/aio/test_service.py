"""The life-cycle of a service, inside one event loop."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import InvariantBroken, StorageFailed
from live.aio import service as module
from live.aio.service import Service
from tests.kit.clock import noon_clock
from tests.kit.homes import a_home
from tests.kit.services import a_service


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path)


def run(home, body) -> Service:
    async def scenario() -> Service:
        service = a_service(home)
        await service.run(body)
        return service

    return asyncio.run(scenario())


def test_health_follows_what_the_process_says(home):
    async def scenario() -> list[tuple[str, str, int]]:
        clock = noon_clock()
        service = a_service(home, clock=clock)
        seen = [service.health()]
        for step in (service.ready, lambda: service.degraded("no room"), service.ready):
            clock.wind(5)
            step()
            step()
            seen.append(service.health())
        return [(h.state, h.reason, h.since_ns - seen[0].since_ns) for h in seen]

    assert asyncio.run(scenario()) == [
        ("starting", "starting", 0),
        ("ready", "", 5),
        ("degraded", "no room", 10),
        ("ready", "", 15),
    ]


def test_a_body_that_returns_ends_the_service_and_its_tasks(home):
    ended = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("task")

    async def body(service: Service) -> None:
        service.spawn(forever(), "a feed")
        await asyncio.sleep(0)

    assert run(home, body).health().state == "stopping"
    assert ended == ["task"]


def test_an_eternal_task_that_fails_fails_the_process_with_its_own_error(home):
    async def fails() -> None:
        raise StorageFailed("make room")

    async def body(service: Service) -> None:
        service.spawn(fails(), "a feed")
        await service.stopping.wait()

    with pytest.raises(StorageFailed):
        run(home, body)


def test_an_eternal_task_that_is_cancelled_from_inside_is_an_end_too(home):
    async def body(service: Service) -> None:
        service.spawn(asyncio.Event().wait(), "a feed").cancel()
        await service.stopping.wait()

    with pytest.raises(InvariantBroken, match="a feed"):
        run(home, body)


def test_a_task_may_end_while_we_stop(home):
    async def body(service: Service) -> None:
        service.spawn(service.stopping.wait(), "a feed")
        service.stop()
        await asyncio.sleep(0)

    run(home, body)


def test_what_the_body_raises_is_what_the_service_raises(home):
    async def body(_service: Service) -> None:
        raise StorageFailed("make room")

    with pytest.raises(StorageFailed):
        run(home, body)


def test_the_body_may_tidy_up_after_a_stop(home):
    tidied = []

    async def body(service: Service) -> None:
        await service.stopping.wait()
        await asyncio.sleep(0)
        tidied.append("all of it")

    async def scenario() -> None:
        service = a_service(home)
        task = asyncio.create_task(service.run(body))
        await asyncio.sleep(0)
        service.stop()
        await task

    asyncio.run(scenario())
    assert tidied == ["all of it"]


def test_a_body_that_ignores_the_stop_is_cancelled_after_the_grace(home, monkeypatch):
    monkeypatch.setattr(module, "GRACE_S", 0.02)

    async def body(service: Service) -> None:
        service.stop()
        await asyncio.Event().wait()

    assert run(home, body).stopping.is_set()
