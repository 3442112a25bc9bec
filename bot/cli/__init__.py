"""The commands of `python -m bot …` (5-contract), one module a family. Heavy parts are imported where they are used."""
