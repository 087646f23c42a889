"""How each source is read into the lake: what is new, up to one anchor, complete or not at all."""
