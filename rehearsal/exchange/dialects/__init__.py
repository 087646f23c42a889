"""The paper exchange's book as other exchanges would tell it: their feeds, on the same port.

One voice a dialect, written after the venue's documentation and sharing nothing with the parsers
(:mod:`domain.venues`): what one writes and the other reads is the proof of both. Orders are taken
in Kraken's dialect alone (:mod:`rehearsal.exchange.kraken_rest`).
"""
