"""Days and spans of time as people name them."""
