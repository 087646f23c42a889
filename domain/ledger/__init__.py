"""Double entry: every movement as postings that sum to zero per asset, with a cause and evidence.

`types.py` is the vocabulary and its check, `build.py` and `incidents.py` turn a settlement into
entries, `pending.py` holds apart what may yet not happen, `balances.py` sums into positions and
`chart.py` into a trial balance. `bitemporal.py` keeps what was known when, `periods.py` says which
days are locked and `restatement.py` what learning something later changed. A correction is a new
entry; nothing here deletes, nets or rounds.
"""
