"""Assets by subject: each reads like a table of contents (load, call the domain, write, report)."""
