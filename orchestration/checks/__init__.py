"""Checks on the books: identities that block, expectations, freshness. They never mend."""
