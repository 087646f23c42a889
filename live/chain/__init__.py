"""Speaking to an EVM chain: ask, sign, send, follow.

Here: the node's JSON-RPC translated once into values and errors of the house, the signer, and the
pure decisions around a transaction (fees, nonces, reorgs, calldata). Not here: what to trade,
when to resend (never), what a log means for the books (`domain/chain`).
"""
