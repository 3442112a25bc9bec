"""What a screen is made of: safe HTML, buttons, pages."""
