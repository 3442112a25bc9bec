"""How rows, amounts, periods, places and people are called."""
