"""Background duties, one per file."""
