"""Recordings are read line by line, compressed or not; what is none is refused in one sentence."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from ops.market.recording import Form, Line, read_recording

TEXT = """wss://ws.kraken.com <-> 1618678132.3858151
wss://ws.kraken.com <- 1618678132.8253062: {"event":"subscribe"}

1618678132.8258188: {"event":"heartbeat"}
1618678133: pong
1618678134.5:\x20
https://api/depth?symbol=AB&x=1 -> 1618678135.25: {"lastUpdateId":1}
broken off
"""
LINES = [
    Line(Form.MADE, 1618678132_385815100, "wss://ws.kraken.com", ""),
    Line(Form.SENT, 1618678132_825306200, "wss://ws.kraken.com", '{"event":"subscribe"}'),
    Line(Form.HEARD, 1618678132_825818800, "", '{"event":"heartbeat"}'),
    Line(Form.HEARD, 1618678133_000000000, "", "pong"),
    Line(Form.HEARD, 1618678134_500000000, "", ""),
    Line(
        Form.ANSWERED,
        1618678135_250000000,
        "https://api/depth?symbol=AB&x=1",
        '{"lastUpdateId":1}',
    ),
    Line(Form.STRANGE, 1618678135_250000000, "", "broken off"),
]


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("packed", [TEXT.encode(), gzip.compress(TEXT.encode(), mtime=0)])
def test_every_form_of_line_is_read_compressed_or_not(tmp_path, packed):
    assert list(read_recording(written(tmp_path, packed))) == LINES


@pytest.mark.parametrize("text", [TEXT.replace("\n", "\r\n"), "configuration: {}\n" + TEXT])
def test_line_ends_of_windows_and_a_heading_say_nothing(tmp_path, text):
    assert list(read_recording(written(tmp_path, text.encode()))) == LINES


@pytest.mark.parametrize("header", ["", ' header: {"Date": "now"}', " header: {}"])
def test_the_header_of_an_answer_is_no_part_of_its_body(tmp_path, header):
    text = f'https://api/depth -> 1.5: {{"bids":[]}}{header}\n1.5: a header: {{}}\n'
    answered, heard = read_recording(written(tmp_path, text.encode()))
    assert answered.text == '{"bids":[]}'
    assert heard.text == "a header: {}"


def test_a_message_may_hold_whatever_separates_lines_elsewhere(tmp_path):
    (line,) = read_recording(written(tmp_path, "1.5: a\u2028b: c -> d\x0c\n".encode()))
    assert line.text == "a\u2028b: c -> d\x0c"


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"hello\n", b'{"a": 1}\n', b"\x00\xff\x00", gzip.compress(b"", mtime=0)],
)
def test_what_is_no_recording_is_refused(tmp_path, content):
    with pytest.raises(InputRefused, match=r"recording|cannot be read"):
        read_recording(written(tmp_path, content))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputRefused, match="does not exist"):
        read_recording(tmp_path / "none")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(InputRefused, match="cannot be read"):
        read_recording(tmp_path)


@given(st.data())
def test_a_damaged_archive_is_refused_or_reads_as_it_was(tmp_path_factory, data):
    packed = bytearray(gzip.compress(TEXT.encode() * 20, mtime=0))
    at = data.draw(st.integers(10, len(packed) - 1))
    packed[at] ^= data.draw(st.integers(1, 255))
    path = written(tmp_path_factory.mktemp("damaged"), bytes(packed))
    with pytest.raises(InputRefused):
        list(read_recording(path))


@given(st.data())
def test_an_archive_cut_short_is_refused(tmp_path_factory, data):
    packed = gzip.compress(TEXT.encode() * 20, mtime=0)
    cut = packed[: data.draw(st.integers(2, len(packed) - 1))]
    with pytest.raises(InputRefused):
        list(read_recording(written(tmp_path_factory.mktemp("cut"), cut)))
