"""The Bot API over HTTP."""
