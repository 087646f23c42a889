"""From captured rows to what the domain speaks of: journal, books, marks, breaks, transits.

Nothing is decided here; asking the sources is `captures/`.
"""
