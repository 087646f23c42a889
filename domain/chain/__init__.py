"""What an EVM block says and whether it can be believed: receipts, events, proofs and fees.

Pure: receipts and logs come in as values (`types.py`), answers go out as values. No node is asked.
"""
