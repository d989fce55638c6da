"""Slash commands, one cog per file; thin."""
