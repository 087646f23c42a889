"""Proof of the books: a Merkle tree over canonical entries (RFC 6962). Hashes in, hashes out.

Where a head is kept, and who signs it, is not decided here.
"""
