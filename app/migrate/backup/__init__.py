"""Backups of what the bot has in a database, and restoring them into another one, never over the old one."""
