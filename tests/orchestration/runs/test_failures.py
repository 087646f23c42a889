"""Every error's advice reaches Dagster: what is safe to ask again is, and nothing else."""

from __future__ import annotations

import dagster as dg
import pytest

from domain.errors import Advice, InvariantBroken, PlatformError, RateLimited, RpcUnavailable
from orchestration.runs.failures import NEXT_STEP, failure_of, honouring_advice


def leaves(root: type[PlatformError]) -> list[type[PlatformError]]:
    children = root.__subclasses__()
    return [leaf for child in children for leaf in leaves(child)] if children else [root]


def test_every_advice_says_what_to_do():
    assert set(NEXT_STEP) == set(Advice)


@pytest.mark.parametrize("leaf", leaves(PlatformError), ids=lambda leaf: leaf.__name__)
def test_only_what_is_safe_to_ask_again_is_retried(leaf: type[PlatformError]):
    error = leaf("said", intent_id="1") if leaf.advice is Advice.RECONCILE else leaf("said")
    assert failure_of(error).allow_retries is (leaf.advice is Advice.RETRY)


def test_a_failure_keeps_the_sentence_the_error_and_the_patience_asked_for():
    shown = failure_of(RateLimited("wait a little", retry_after_s=3.0)).metadata
    assert shown["sentence"].value == "wait a little"
    assert shown["error"].value == "RateLimited"
    assert shown["retry_after_s"].value == 3.0


def test_a_body_that_raises_ours_fails_as_dagster_does():
    @honouring_advice
    def body() -> None:
        raise InvariantBroken("the books contradict")

    with pytest.raises(dg.Failure, match="the books contradict"):
        body()


def test_a_body_that_raises_something_else_is_not_dressed_up():
    @honouring_advice
    def body() -> None:
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        body()


def test_a_dead_chain_may_be_asked_again():
    assert failure_of(RpcUnavailable("the chain does not answer")).allow_retries
