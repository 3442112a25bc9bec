"""The guided tour: eight things to do, each by someone, and noticing when it was done."""

from __future__ import annotations

STEPS = ("report", "ask", "complete", "appraise", "heard", "morning", "from_reminder", "chase")
