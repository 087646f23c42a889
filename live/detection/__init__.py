"""Finding edges: what the relay says becomes opportunities, each once, or a counted reason why not.

Belongs here: the market as heard (`market`), strategies behind one small interface (`strategies`
for the desk's pair, `rounds` for all else, listed in `registry`), what was already found
(`memory`), and the facts that are written (`facts`), all pure; and the process that feeds them.
Does not belong here: the maths of an edge (:mod:`domain.arbitrage`), whether to take it
(:mod:`live.risk`), taking it (:mod:`live.execution`).
"""
