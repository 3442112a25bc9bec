"""Floor 1: what a file is, from its content: real type, size, pages, time, signatures, secrecy marking."""
