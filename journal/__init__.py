"""The one door between loop and books: append-only facts, one sequence, tamper-evident.

Record types, the store, its migrations, one writer and a cursor reader. Deciding anything about a
fact does not belong here.
"""
