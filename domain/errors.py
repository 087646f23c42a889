"""The one tree of errors, each leaf saying what its caller should do next.

::

    PlatformError                 carries named context, never a bare sentence
    ├── Refused                   we said no first; nothing happened
    ├── WireError                 LocalWireError (our bug) · RemoteWireError (close this session)
    ├── Transient(retry_after_s)  safe to ask again
    ├── Permanent                 asking again cannot help
    ├── OutcomeUnknown(intent)    it may have happened: reconcile, never resend
    └── InvariantBroken           our own books contradict: stop the smallest scope that is safe

What does not belong here: ordinary answers. "Not enough bytes", "no opportunity", "denied" are
values. This module imports nothing of ours, so that everything may import it.
"""

from __future__ import annotations

from enum import Enum
from typing import ClassVar


class Advice(Enum):
    """What the caller of a failed operation should do next."""

    RETRY = "retry"
    DROP = "drop"
    FIX = "fix"
    RECONCILE = "reconcile"
    HALT = "halt"


class PlatformError(Exception):
    """Root of every failure the platform raises on purpose.

    Args:
        sentence: What is wrong and what to do about it, as one sentence for a person.
        context: Named facts behind the sentence; shown by ``str`` as ``name=value`` pairs.
    """

    advice: ClassVar[Advice]

    def __init__(self, sentence: str, **context: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.context = context

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.context.items())
        return f"{self.sentence} ({facts})" if facts else self.sentence


class Refused(PlatformError):
    """We said no before anything happened."""

    advice = Advice.FIX


class ConfigRefused(Refused):
    """A setting is absent or impossible."""


class InputRefused(Refused):
    """A file or message from outside is malformed, truncated or contradicts itself."""


class UnitMismatch(Refused):
    """Two quantities of different assets or units met in one operation."""


class EmptyPool(Refused):
    """A pool without reserves was asked for a price."""


class InsufficientLiquidity(Refused):
    """The pool or book cannot fill the amount asked."""


class JournalBusy(Refused):
    """Another process is already the one writer of this journal."""


class WireError(PlatformError):
    """Bytes on a wire are not what the protocol says."""


class LocalWireError(WireError):
    """We were about to send something the protocol cannot carry: a bug of ours."""

    advice = Advice.HALT


class RemoteWireError(WireError):
    """The peer sent bytes that are not a frame: close its session, serve the rest."""

    advice = Advice.DROP


class Transient(PlatformError):
    """It is safe to ask again.

    Args:
        sentence: As in :class:`PlatformError`.
        retry_after_s: How long the peer asked us to wait, when it said so.
        context: As in :class:`PlatformError`.
    """

    advice = Advice.RETRY

    def __init__(
        self, sentence: str, *, retry_after_s: float | None = None, **context: object
    ) -> None:
        super().__init__(sentence, **context)
        self.retry_after_s = retry_after_s


class RpcUnavailable(Transient):
    """The chain's node does not answer."""


class SignerUnavailable(Transient):
    """Whoever holds the key does not answer, or does not sign."""


class VenueUnavailable(Transient):
    """The exchange does not answer, or answers with a server error."""


class RateLimited(Transient):
    """The peer asks us to slow down."""


class Permanent(PlatformError):
    """Asking again cannot help."""

    advice = Advice.DROP


class Reverted(Permanent):
    """The chain refused the call."""


class SchemaDrift(Permanent):
    """A source answered in a shape its contract does not allow."""

    advice = Advice.FIX


class StorageFailed(Permanent):
    """A disk is full or a file cannot be written."""

    advice = Advice.HALT


class OutcomeUnknown(PlatformError):
    """It may have happened: reconcile, never resend.

    Args:
        sentence: As in :class:`PlatformError`.
        intent_id: The journalled intent whose outcome has to be asked for.
        context: As in :class:`PlatformError`.
    """

    advice = Advice.RECONCILE

    def __init__(self, sentence: str, *, intent_id: str, **context: object) -> None:
        super().__init__(sentence, intent_id=intent_id, **context)
        self.intent_id = intent_id


class InvariantBroken(PlatformError):
    """Our own books contradict each other: stop the smallest scope that is safe."""

    advice = Advice.HALT


class JournalConflict(InvariantBroken):
    """The same record id arrived with other content."""


class JournalTampered(InvariantBroken):
    """The hash chain of the journal does not verify."""


def exit_code(error: PlatformError) -> int:
    """Say which exit code a command ends with: 2 when we refused, 1 when something failed."""
    return 2 if isinstance(error, Refused) else 1
