"""Floor 3: results become text and buttons. Pure; the only place where HTML is escaped."""
