"""Double entry: every movement as postings that sum to zero per asset, with a cause and evidence.

`types.py` is the vocabulary and its check, `build.py` turns a settlement into entries and
`balances.py` sums them into positions. `bitemporal.py` keeps what was known when, `periods.py` says
which days are locked and `restatement.py` what learning something later changed. A correction is a
new entry; nothing here deletes, nets or rounds.
"""
