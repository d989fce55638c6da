"""Concierge: a self-hosted Discord bot for communities."""
