"""Telegram: the durable queue, the order, the sender, the buttons."""
