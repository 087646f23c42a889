"""Checks on the books: identities that block, suites of expectations, freshness. They never mend."""
