"""Taking a Unix socket's path: a dead process's file is replaced, a living one is not robbed.

Whoever can reach a desk's sockets can give it orders, so their folder is its owner's alone.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

from domain.errors import ConfigRefused, StorageFailed


def private_folder(path: Path) -> None:
    """Make a folder that nobody else enters, also where everybody may make folders.

    Raises:
        ConfigRefused: Somebody else made it first.
        StorageFailed: It cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.lstat().st_uid != os.geteuid():
            raise ConfigRefused(
                "this folder is somebody else's; remove it, or move the desk", path=path
            )
        path.chmod(0o700)
    except OSError as error:
        raise StorageFailed(
            f"this folder cannot be made: {error.strerror}; mend the one above it", path=path
        ) from error


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
