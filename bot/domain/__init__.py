"""Floor 0: what the plans say, as pure functions. No input, no output, no Telegram."""
