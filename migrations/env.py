"""Loaded by Alembic for every command that needs an environment; all of it lives in app.migrate.environment."""

from app.migrate import environment

environment.run()
