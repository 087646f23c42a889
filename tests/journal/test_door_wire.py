"""What is said through the door."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import errors
from domain.errors import InputRefused, InvariantBroken, PlatformError, RemoteWireError
from journal.door_wire import (
    MAX_MESSAGE_BYTES,
    Append,
    Appended,
    Failed,
    MessageSplitter,
    Tail,
    Told,
    WireEntry,
    pull_answer,
    pull_entries,
    pull_failure,
    pull_request,
    push_entries,
    push_failure,
    push_message,
)
from tests.journal.test_record import a_record
from tests.kit.facts import a_mark, an_entry, sample_facts


def body_of(message) -> bytes:
    [body] = MessageSplitter().feed(push_message(message))
    return body


def test_entries_of_every_kind_come_through():
    entries = [
        an_entry(f, correlation_id="c", causation_id="d", venue_ns=3)
        for f in sample_facts().values()
    ]
    request = pull_request(body_of(push_entries(7, entries)))
    assert isinstance(request, Append)
    assert (request.call, pull_entries(request)) == (7, entries)


@pytest.mark.parametrize(
    "answer", [Appended(1, (1, 2)), Failed(2, "StorageFailed", "x"), Told((a_record(a_mark(1)),))]
)
def test_answers_come_through(answer):
    assert pull_answer(body_of(answer)) == answer


@given(st.lists(st.integers(0, 2**40), max_size=5), st.data())
def test_messages_come_out_whole_whatever_pieces_they_arrive_in(seqs, data):
    stream = b"".join(push_message(Tail(("order.halt",), seq)) for seq in seqs)
    splitter, heard = MessageSplitter(), []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        heard += [pull_request(body) for body in splitter.feed(stream[:cut])]
        stream = stream[cut:]
    assert heard == [Tail(("order.halt",), seq) for seq in seqs]


def test_a_length_no_message_has_is_refused_before_it_is_buffered():
    with pytest.raises(RemoteWireError):
        MessageSplitter().feed((MAX_MESSAGE_BYTES + 1).to_bytes(4, "big"))


@given(st.binary(max_size=60))
def test_any_body_is_a_message_or_a_remote_error(body):
    for pull in (pull_request, pull_answer):
        try:
            message = pull(body)
        except RemoteWireError:
            continue
        assert message is not None


@pytest.mark.parametrize(
    "entry",
    [
        WireEntry("market.dream", 1, b"{}", 1, "", "", None),
        WireEntry("order.halt", 1, b"{}", 1, "", "", None),
        WireEntry("order.halt", 2, b'{"scope":"a","cause_id":"b","reason":"c"}', 1, "", "", None),
    ],
)
def test_an_entry_this_program_does_not_know_is_refused(entry):
    with pytest.raises(InputRefused):
        pull_entries(Append(1, (entry,)))


def leaves(of=PlatformError):
    for child in of.__subclasses__():
        yield child
        yield from leaves(child)


@pytest.mark.parametrize(
    "kind", [kind for kind in leaves() if kind.__module__ == "domain.errors"], ids=str
)
def test_every_failure_of_the_house_is_raised_as_itself_on_the_other_side(kind):
    context = {"intent_id": "i"} if issubclass(kind, errors.OutcomeUnknown) else {}
    failed = push_failure(3, kind("no room", **context))
    assert type(pull_failure(failed)) is kind


@pytest.mark.parametrize("name", ["Nonsense", "Advice", "Enum"])
def test_a_failure_nobody_knows_stops_the_caller(name):
    assert type(pull_failure(Failed(1, name, "x"))) is InvariantBroken
