"""The fuzz as a test: every seed keeps the promises, and a while of mutations too."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import protocol, targets

SEEDS = protocol.seeds()


def test_every_golden_frame_keeps_the_promises_of_every_target():
    for seed in SEEDS:
        targets.try_all(seed)


@given(st.integers(0, len(SEEDS) - 1), st.integers(0, 2**32))
def test_a_mutated_frame_keeps_them(which, chance):
    targets.try_all(protocol.mutated(SEEDS[which], random.Random(chance)))


@pytest.mark.parametrize("target", targets.TARGETS, ids=lambda target: target.__name__)
@given(data=st.binary(max_size=300))
def test_any_bytes_keep_them(data, target):
    target(data)


def test_a_broken_promise_is_noticed_and_its_input_kept(monkeypatch, tmp_path):
    def broken(frame):
        raise KeyError(frame.type)

    monkeypatch.setattr(protocol, "KEPT", tmp_path)
    monkeypatch.setattr(targets, "v1_message", broken)
    with pytest.raises(KeyError):
        protocol.fuzz_at_random(60)
    with pytest.raises(KeyError):
        targets.try_all((tmp_path / "crash-random").read_bytes())
