"""The layers in which a day is reconciled beyond row against row, each an identity over integers.

`rolling.py` rolls every balance from its opening over what moved to its closing, `inventory.py`
holds lots against what is held, `messages.py` counts what was sent, recorded and noticed missing,
`tolerated.py` watches differences that were accepted, over days, `breaks.py` states what does not
hold, and `lineage.py` says whether two
sides are independent at all. What happened is compared in `domain/matching`, what is held likewise.
Nothing is mended here.
"""
