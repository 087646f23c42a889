"""The command as a stranger meets it: a table of contents, and refusals in one sentence."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
import typer

from ops.cli.main import app
from tests.kit import command

COMMANDS = (
    "demo",
    "up",
    "ui",
    "close",
    "explain",
    "chain",
    "exchange",
    "market",
    "relay",
    "recorder",
    "collector-cex",
    "collector-dex",
    "detector",
    "trader",
    "block",
    "protocol",
    "tap",
    "candles",
    "check",
    "coverage",
    "test",
)
SLOW_TO_IMPORT = {"ccxt", "dagster", "dbt", "web3", "great_expectations", "pandas", "duckdb"}


def alphapulse(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops.cli.main", *words],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_help_lists_every_command():
    printed = alphapulse("--help", COLUMNS="120").stdout
    assert [name for name in COMMANDS if f" {name} " not in printed] == []


def test_no_option_is_explained_in_brackets_which_the_page_takes_for_its_own_marks():
    explained = [
        (*path, param.name)
        for path, found in _commands(typer.main.get_command(app))
        for param in found.params
        if "[" in (getattr(param, "help", None) or "")
    ]
    assert explained == []


def _commands(found: Any, *path: str) -> list[tuple[tuple[str, ...], Any]]:
    within = getattr(found, "commands", {})
    return [
        (path, found),
        *(one for name, inner in within.items() for one in _commands(inner, *path, name)),
    ]


def test_the_table_of_contents_imports_nothing_that_takes_seconds():
    code = "import json, sys, ops.cli.main; print(json.dumps(sorted(sys.modules)))"
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    imported = {name.partition(".")[0] for name in json.loads(printed)}
    assert imported & SLOW_TO_IMPORT == set()


@pytest.mark.parametrize(
    "words",
    [
        ("close", "--date", "2026-11-20"),
        ("close", "--date", "yesterday"),
        ("close", "lock", "--date", "2026-11-20", "--reason", "reviewed"),
        ("close", "restate", "--date", "2026-11-20"),
        ("explain", "2026-11-20/dex_dex/univ2-a/gas"),
        ("explain", "nonsense"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_refused_in_one_sentence(tmp_path, words):
    _hold_to_one_sentence(command.alphapulse(*words, "--home", str(tmp_path / "nowhere")), words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("reconcil",), "no such command 'reconcil'; did you mean 'reconcile'; see `alphapulse"),
        (("lots", "FILE", "--method", "dearest"), "'dearest' is not one of 'fifo'"),
        (("reconcile", "--left", "FILE"), "missing option '--right'"),
        (("journal", "first"), "invalid value for 'SEQ...'"),
        (("candles", "FILE", "--fast"), "no such option: --fast"),
        (("close",), "name the day to close"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_what_no_command_takes_is_refused_in_one_sentence_too(words, said):
    ended = command.alphapulse(*words)
    _hold_to_one_sentence(ended, words)
    assert said in ended.stderr
    assert "--help`" in ended.stderr


def test_a_command_without_words_shows_its_page_and_says_nothing_else():
    ended = command.alphapulse("lots")
    assert (ended.returncode, ended.stderr) == (2, "")
    assert "compare" in ended.stdout


@pytest.mark.parametrize("word", ["relay", "ui"])
def test_a_process_that_cannot_start_says_so_in_one_sentence(tmp_path, word):
    _hold_to_one_sentence(alphapulse(word, "--home", str(tmp_path / "nowhere")), (word,))


def _hold_to_one_sentence(
    ended: command.Ended | subprocess.CompletedProcess[str], words: tuple[str, ...]
) -> None:
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith(("alphapulse: ", f"{words[0]}: "))
    assert len(ended.stderr.strip().splitlines()) == 1
