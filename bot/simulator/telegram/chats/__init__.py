"""People, chats, messages and files, and what Telegram refuses."""
