"""Fuzzes the protocol for a while: `python -m tests.fuzz.protocol -max_total_time=60`.

With atheris the coverage of live/protocol steers it, and every libFuzzer option is understood;
where atheris has no wheel, golden frames are mutated at random for as long, which finds less. What
breaks a promise is kept under `var/fuzz/` and ends the run with an exit code other than 0.
"""

from __future__ import annotations

import importlib.util
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import NoReturn

CHECKOUT = Path(__file__).resolve().parents[2]
KEPT = CHECKOUT / "var" / "fuzz"
GOLDEN = CHECKOUT / "tests" / "golden" / "protocol"
DEPLOYED = CHECKOUT.parent / "shared" / "vectors"
"""The deployed system's frames; absent beside a bare checkout, and then done without."""
_TIME = "-max_total_time="
_USUAL_S = 60
_LONGEST = 4096


def main() -> None:
    """Fuzz for `-max_total_time` seconds, 60 unless told."""
    options = sys.argv[1:]
    if not any(option.startswith(_TIME) for option in options):
        options.append(f"{_TIME}{_USUAL_S}")
    KEPT.mkdir(parents=True, exist_ok=True)
    if importlib.util.find_spec("atheris"):
        with tempfile.TemporaryDirectory() as corpus:
            _fuzz_by_coverage(options, Path(corpus))
    else:
        _say("atheris has no wheel for this machine: mutating at random, without coverage")
        seconds = next(int(o.removeprefix(_TIME)) for o in options if o.startswith(_TIME))
        _say(f"{fuzz_at_random(seconds)} inputs, no promise broken")


def seeds() -> list[bytes]:
    """Give an input for each golden and deployed frame, once for each target."""
    from tests.fuzz.targets import TARGETS

    frames = [bytes.fromhex(vector["hex"]) for vector in _vectors()]
    return [bytes((target,)) + frame for frame in frames for target in range(len(TARGETS))]


def fuzz_at_random(seconds: float, seed: int = 0) -> int:
    """Try mutated seeds for so long; gives how many.

    Raises:
        AssertionError: A promise was broken; the input is kept.
    """
    from tests.fuzz.targets import try_all

    chance, corpus, tried = random.Random(seed), seeds(), 0
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        data = mutated(chance.choice(corpus), chance)
        try:
            try_all(data)
        except BaseException:
            (KEPT / "crash-random").write_bytes(data)
            raise
        tried += 1
    return tried


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change, cut, repeat or insert a few bytes."""
    found = bytearray(data)
    for _ in range(chance.randint(0, 6)):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(4):
            case 0:
                found[at : at + 1] = bytes((chance.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF)),))
            case 1:
                found[at : at + 1] = chance.randbytes(1)
            case 2:
                del found[at : at + chance.randint(1, 16)]
            case _:
                found[at:at] = found[at : at + chance.randint(1, 64)]
    return bytes(found[:_LONGEST])


def _fuzz_by_coverage(options: list[str], corpus: Path) -> NoReturn:
    import atheris

    with atheris.instrument_imports(include=["live.protocol"]):
        from tests.fuzz.targets import try_all
    for number, seed in enumerate(seeds()):
        (corpus / str(number)).write_bytes(seed)
    usual = [
        f"-artifact_prefix={KEPT}/",
        f"-max_len={_LONGEST}",
        "-verbosity=0",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], str(corpus), *usual, *options], try_all)
    atheris.Fuzz()
    sys.exit(0)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


def _vectors() -> list[dict[str, str]]:
    paths = [*sorted(GOLDEN.glob("*.json")), *sorted(DEPLOYED.glob("protocol-*.json"))]
    return [vector for path in paths for vector in json.loads(path.read_text())]


if __name__ == "__main__":
    main()
