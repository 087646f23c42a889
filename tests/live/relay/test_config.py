"""What a relay can be told in a file, and what is refused."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from domain.errors import ConfigRefused
from live.relay.config import desk_settings, read_settings, settings_of, socket_path
from live.relay.policies import Limits, Policy
from live.relay.sockets import BOOKS, CHAIN, SIGNALS, TRADER, VENUES

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "relay.md"


def test_a_folder_is_enough_and_gives_the_venues_of_the_first_relay():
    settings = settings_of('folder = "/srv/alphapulse"')
    assert settings.ingest.v1 == VENUES
    assert socket_path(settings, settings.serve.v1) == Path("/srv/alphapulse/relay.sock")
    assert settings.limits == Limits()


def test_the_example_of_the_manual_is_complete_and_parses():
    example = MANUAL.read_text().split("```toml\n")[1].split("```")[0]
    settings = settings_of(example)
    told = msgspec.toml.decode(example)
    for part, whole in (
        (told, settings),
        (told["ingest"], settings.ingest),
        (told["serve"], settings.serve),
        (told["limits"], settings.limits),
    ):
        assert set(part) == set(whole.__struct_fields__), "an example shows every key"
    assert msgspec.structs.asdict(settings.limits) == msgspec.structs.asdict(Limits())


def test_the_desks_own_relay_has_its_sockets():
    settings = desk_settings(Path("/srv/desk"))
    assert settings.ingest.v1 == ("paper",)
    paths = [socket_path(settings, name).name for name in settings.ingest.v2]
    assert paths == [BOOKS, CHAIN, SIGNALS, TRADER]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("fodler = 1", "unknown field `fodler`"),
        ("[serve]\nport = 1", r"unknown field `port` - at `\$.serve`"),
        ("folder = 3", "Expected `str`"),
        ("metrics_port = 70000", "0 to 65535"),
        ("metrics_port = true", "Expected `int`"),
        ("[limits]\nqueue_bytes = 1", "queue_bytes must be at least 65536"),
        ("[limits]\nclients = 0", "clients must be at least 1"),
        ("[limits]\nreplay_frames = -1", "replay_frames must be at least 0"),
        ('[policies]\nbooks = "forget"', "Invalid enum value 'forget'"),
        ('[policies]\nbook = "conflate"', "there is no such channel"),
        ('[policies]\ncontrol = "drop_oldest"', "may lose nothing"),
        ('[ingest]\nv1 = ["../kraken"]', "letters, digits"),
        ('[ingest]\nv1 = ["kraken", "relay"]', "two sockets have one name"),
        ('[ingest]\nv1 = [""]', "letters, digits"),
        ('[serve]\ntcp = "7070"', "HOST:PORT"),
        ("name = ''", "and a name"),
        ("folder =", "mend the relay's settings"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(line, sentence):
    folder = "" if line.startswith("fol") else 'folder = "/tmp/a"\n'
    with pytest.raises(ConfigRefused, match=sentence) as refused:
        settings_of(folder + line)
    assert "\n" not in str(refused.value)


def test_a_folder_too_deep_for_sockets_is_refused():
    with pytest.raises(ConfigRefused, match="too long"):
        settings_of(f'folder = "/{"x" * 120}"')


def test_a_policy_can_be_chosen():
    settings = settings_of('folder = "/tmp/a"\n[policies]\nsignals = "disconnect"')
    assert settings.policies == {"signals": Policy.DISCONNECT}


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(ConfigRefused, match="cannot be read"):
            read_settings(path)
    (tmp_path / "latin.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigRefused, match="cannot be read"):
        read_settings(tmp_path / "latin.toml")
