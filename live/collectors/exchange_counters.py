"""What is counted of the exchanges that are listened to, each under its name on the desk card."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

HEARD = Counter("alphapulse_collector_cex_messages_total", "Messages heard.", ["venue"])
OTHERS = Counter(
    "alphapulse_collector_cex_other_symbols_total",
    "Messages about a symbol that is not ours.",
    ["venue"],
)
TROUBLES = Counter(
    "alphapulse_collector_cex_troubles_total", "Connections given up.", ["venue", "reason"]
)
IGNORED = Counter(
    "alphapulse_collector_cex_ignored_total",
    "Messages that said nothing new or could not be used.",
    ["venue", "reason"],
)
FAULTS = Counter(
    "alphapulse_collector_cex_faults_total",
    "Books nobody can trade in, as told.",
    ["venue", "reason"],
)
KNOWN = Gauge("alphapulse_collector_cex_known", "1 while the book is known, else 0.", ["venue"])
SEQUENCE = Gauge(
    "alphapulse_collector_cex_sequence", "Sequence of the last book published.", ["venue"]
)
