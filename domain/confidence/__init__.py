"""How likely an opportunity is to bring what it promises, and for how long it may be believed.

Belongs here: what is known of an opportunity when it is found (`features`), the fitted numbers and
the prior rule (`model`), how good past probabilities were (`reliability`), how long edges last
(`half_life`). Pure; floats are in place, since a probability decides nothing about money here.
Does not belong here: fitting (`ops.confidence.fit`, with scikit-learn), reading the journal, and
whether a probability is enough (risk).
"""
