"""The way of an update to the module that knows it."""
