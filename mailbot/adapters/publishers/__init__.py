"""Where the list is published."""
