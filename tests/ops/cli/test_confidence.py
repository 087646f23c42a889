"""`alphapulse confidence` as a stranger meets it: the prior first, a model once there is a past."""

from __future__ import annotations

import json
from pathlib import Path

from tests.kit.command import alphapulse
from tests.kit.homes import a_home
from tests.ops.confidence.test_history import USD, a_past, a_row


def test_a_short_past_is_refused_and_the_prior_stays(tmp_path: Path):
    home = a_home(tmp_path)
    a_past(home, [a_row("a"), a_row("b")])
    done = alphapulse("confidence", "train", "--home", str(home.root))
    assert done.returncode == 2
    assert "alphapulse:" in done.stderr
    assert not home.confidence.exists()
    report = json.loads(alphapulse("confidence", "report", "--home", str(home.root)).stdout)
    assert report["model"] == "prior"
    assert (report["outcomes"], report["realised"]) == (2, 2)
    assert 0 <= report["brier"] <= 1


def test_a_long_past_trains_a_model_that_the_report_then_names(tmp_path: Path):
    home = a_home(tmp_path)
    a_past(home, [a_row(f"o{at}", str(USD if at % 3 else -USD)) for at in range(150)])
    trained = json.loads(alphapulse("confidence", "train", "--home", str(home.root)).stdout)
    assert (trained["outcomes"], trained["realised"]) == (150, 100)
    report = json.loads(alphapulse("confidence", "report", "--home", str(home.root)).stdout)
    assert report["model"] == trained["sha256"]
    assert report["brier"] < 0.25
    assert sum(part["size"] for part in report["reliability"]) == 150
    assert set(report["half_life"]) == {"dex_dex"}


def test_a_minimum_that_is_no_amount_is_refused(tmp_path: Path):
    home = a_home(tmp_path)
    a_past(home, [a_row("a")])
    done = alphapulse("confidence", "report", "--home", str(home.root), "--least", "much")
    assert done.returncode == 2
