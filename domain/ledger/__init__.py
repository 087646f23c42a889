"""Double entry: every movement as postings that sum to zero per asset, with a cause and evidence.

`types.py` is the vocabulary and its check, `build.py` turns a settlement into entries and
`balances.py` sums them into positions. A correction is a new entry; nothing here deletes, nets or
rounds.
"""
