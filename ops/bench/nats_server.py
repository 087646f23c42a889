"""Finding Debian's nats-server: on the PATH, or where `./alphapulse` unpacked it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from domain.errors import ConfigRefused

_UNPACKED = Path(__file__).resolve().parents[2] / ".tools" / "nats" / "usr" / "sbin"


def nats_server() -> str:
    """Give the path of the nats-server program.

    Raises:
        ConfigRefused: There is none.
    """
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", str(_UNPACKED)])
    found = shutil.which("nats-server", path=path)
    if found is None:
        raise ConfigRefused("there is no nats-server here; Debian: apt-get install nats-server")
    return found


def port_of(folder: Path) -> int | None:
    """Give the port a server that was started with ``--ports_file_dir`` has taken, once it says."""
    for file in folder.glob("nats-server_*.ports"):
        try:
            [url, *_] = json.loads(file.read_text())["nats"]
        except (ValueError, KeyError):
            continue  # still being written
        return int(url.rpartition(":")[2])
    return None
