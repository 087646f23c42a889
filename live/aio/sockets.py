"""Taking a Unix socket's path: a dead process's file is replaced, a living one is not robbed."""

from __future__ import annotations

import socket
from pathlib import Path

from domain.errors import ConfigRefused, StorageFailed


def claim(path: Path) -> str:
    """Make a path free to listen on.

    Returns:
        The path as text, ready for ``create_unix_server``.

    Raises:
        ConfigRefused: A living process already listens there.
        StorageFailed: The folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and _is_served(path):
            raise ConfigRefused("another process already serves this socket; stop it", path=path)
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageFailed(
            f"this socket cannot be made: {error.strerror}; mend the folder", path=path
        ) from error
    return str(path)


def _is_served(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True
