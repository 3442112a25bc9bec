"""Floor 2: one use case a module. Rights are checked here, each change is one short transaction."""
