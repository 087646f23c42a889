"""What is peculiar to one venue's dialect, whoever asks: one file a venue, with its documentation.

A new venue's books are a parser from its frames to words (:mod:`domain.market.word`), its promise
(:mod:`domain.market.dialect`) and its name in :mod:`domain.venues.catalog`. No client and no socket
lives here.
"""
