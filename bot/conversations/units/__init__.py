"""Units, groups and community teams."""
