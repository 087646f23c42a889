"""What people do about a break, from its detection until its period is locked.

`lifecycle.py` is the table of states, `case.py` one break with who did what about it and why,
`gravity.py` how grave it is by money and age. Decisions only: where cases are kept, and what finds
breaks, is not here. Nothing is booked here either; a correcting entry is owed by an approved case
alone, and an approved case has a cause and evidence.
"""
