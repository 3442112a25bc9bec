"""The engines, the tables, and the steps between versions."""
