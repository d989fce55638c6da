"""Background jobs: a folder, or a file, per feature."""
