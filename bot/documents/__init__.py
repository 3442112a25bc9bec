"""Floor 3: files made out of results. Heavy libraries are imported where they are used."""
