"""A sentence in, a value out: quick reports, figures, spans of time, search; pure, the lexicon is data."""
