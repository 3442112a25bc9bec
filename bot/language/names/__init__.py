"""Units and rows by what people call them."""
