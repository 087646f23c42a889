"""Who is asking: Kraken's request signature and its rule on nonces.

``API-Sign = base64(HMAC-SHA512(path + SHA256(nonce + body), base64-decoded secret))``. Nonces
grow; as with Kraken's "nonce window" setting a late one within the window is accepted once, so
that several requests in flight may overtake each other. One account may use several keys
(``<key>`` and ``<key>.<label>``, same secret), each with nonces of its own, as Kraken advises for
several processes.

Source:
    https://docs.kraken.com/api/docs/guides/spot-rest-auth
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from domain.errors import ConfigRefused

INVALID_KEY = "EAPI:Invalid key"
INVALID_SIGNATURE = "EAPI:Invalid signature"
INVALID_NONCE = "EAPI:Invalid nonce"

NONCE_WINDOW = 10_000
"""Ten seconds of millisecond nonces: longer than any request of ours may take."""


def signature(secret: bytes, path: str, nonce: str, body: bytes) -> str:
    """Compute the signature a request must carry.

    Args:
        secret: Decoded API secret.
        path: Path with the leading slash, without host and query.
        nonce: As it stands in the body.
        body: The body as sent.
    """
    digest = hashlib.sha256(nonce.encode() + body).digest()
    return base64.b64encode(hmac.digest(secret, path.encode() + digest, "sha512")).decode()


class Doorkeeper:
    """Lets requests in that the key's owner signed, each nonce once.

    Args:
        key: The account's API key.
        secret: Its secret in base64.
        nonces: Highest nonce per key from an earlier life.

    Raises:
        ConfigRefused: The key is empty or the secret is not base64.
    """

    def __init__(self, key: str, secret: str, nonces: dict[str, int] | None = None) -> None:
        try:
            self._secret = base64.b64decode(secret, validate=True)
        except binascii.Error as error:
            raise ConfigRefused("write ALPHAPULSE_EXCHANGE_SECRET in base64") from error
        if not key or not self._secret:
            raise ConfigRefused("set ALPHAPULSE_EXCHANGE_KEY and ALPHAPULSE_EXCHANGE_SECRET")
        self._key = key
        self._highest = dict(nonces or {})
        self._used: dict[str, set[int]] = {}

    def refusal(self, key: str, sign: str, path: str, nonce: str, body: bytes) -> str | None:
        """Say in Kraken's words why a request is turned away, or None to let it in, once."""
        if key != self._key and not key.startswith(f"{self._key}."):
            return INVALID_KEY
        expected = signature(self._secret, path, nonce, body)
        if not hmac.compare_digest(expected.encode(), sign.encode()):
            return INVALID_SIGNATURE
        if not nonce.isascii() or not nonce.isdigit() or not self._is_fresh(key, int(nonce)):
            return INVALID_NONCE
        return None

    def _is_fresh(self, key: str, nonce: int) -> bool:
        highest = self._highest.get(key, 0)
        used = self._used.setdefault(key, {highest})
        if nonce in used or nonce <= highest - NONCE_WINDOW:
            return False
        self._highest[key] = max(highest, nonce)
        floor = self._highest[key] - NONCE_WINDOW
        self._used[key] = {seen for seen in used if seen > floor} | {nonce}
        return True
