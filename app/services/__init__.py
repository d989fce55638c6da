"""The only code that queries or changes tables; one class per file."""
