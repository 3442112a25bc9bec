"""Floor 6: a Bot API on loopback, so that the whole bot runs without a token."""
