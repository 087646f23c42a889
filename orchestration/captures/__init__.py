"""How each source is read into the lake: incrementally, up to one anchor, complete or not at all."""
