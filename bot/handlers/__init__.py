"""One module a family of commands and buttons: who, what, call one service, show one view."""
