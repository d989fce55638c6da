"""Loaded by Alembic for every command that needs an environment; all of it lives in app.migrate.run.environment."""

from app.migrate.run import environment

environment.run()
