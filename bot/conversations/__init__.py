"""Floor 3: dialogues as rows. One a module: a draft, a pure ``advance``, and what it needs from the services."""
