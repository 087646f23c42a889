"""The `alphapulse` command: one file a group, each adding itself to the table of contents.

Nothing that takes long to import is imported outside the command that needs it, so that the table
of contents answers at once.
"""
