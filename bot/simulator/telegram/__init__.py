"""A Telegram on loopback."""
