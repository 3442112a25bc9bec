"""What every room here stands on."""
