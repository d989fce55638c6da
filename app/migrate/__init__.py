"""Schema care: Alembic as a library."""
