"""Tiến Độ: the chat bot with which communes carry out their yearly Resolution 57 plans."""

__version__ = "0.2.0"
