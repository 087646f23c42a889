"""What the documents name is there: files, commands with their options, and each other."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from ops.cli.main import app

Command = TyperCommand | TyperGroup

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = "domain|journal|live|sensors|orchestration|dbt|rehearsal|ops|tests|docs"
DOCUMENTS = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md")])
documents = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT))
)
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
_QUOTED = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(rf"(?:(?:{ROOMS})/[\w./-]*|[\w/-]+\.(?:py|sql|yml|vy))")
_COMMAND = re.compile(r"(?:^|[\s(/`])alphapulse((?: [a-z][\w-]*)*(?: [^`\n|;#]*)?)", re.MULTILINE)
_FENCE = re.compile(r"```(?:sh|shell|bash|console)?\n(.*?)```", re.DOTALL)
_SWITCH = re.compile(r"(?<![\w-])--[a-z][\w-]*")


@cache
def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout, so there is no list of tracked files")
    return listed.stdout.decode().splitlines()


@documents
def test_every_link_leads_somewhere(document: Path):
    links = _LINK.findall(document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


@documents
def test_every_file_that_is_named_exists(document: Path):
    named = {
        word
        for quoted in _QUOTED.findall(document.read_text())
        for word in quoted.split()
        if _PATH.fullmatch(word)
    }
    known = [f"/{name}" for name in tracked()]
    assert [
        name
        for name in sorted(named)
        if not (CHECKOUT / name).exists() and not any(one.endswith(f"/{name}") for one in known)
    ] == []


@documents
def test_every_command_that_is_shown_can_be_typed(document: Path):
    text = document.read_text()
    shown = [
        *_QUOTED.findall(text),
        *(line for one in _FENCE.findall(text) for line in one.split("\n")),
    ]
    asked = [words for one in shown for words in _COMMAND.findall(one)]
    assert [words for words in asked if not _is_known(words.split())] == []


def _is_known(words: list[str]) -> bool:
    """Walk down the groups as far as words name commands, then look for the options there."""
    command = _front_desk()
    while words and words[0] in _within(command):
        command, words = _within(command)[words[0]], words[1:]
    is_lost = bool(_within(command)) and bool(words) and words[0].isalpha() and words[0].islower()
    meant = [command, *_within(command).values()]  # a group may have a command that goes unsaid
    options = {name for one in meant for param in one.params for name in param.opts}
    return not is_lost and set(_SWITCH.findall(" ".join(words))) <= options | {"--help"}


@cache
def _front_desk() -> Command:
    return typer.main.get_command(app)


def _within(command: Command) -> dict[str, Command]:
    return getattr(command, "commands", {})
