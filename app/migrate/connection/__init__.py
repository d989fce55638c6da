"""Reaching the database that is migrated: address, options, session, lock, tools."""
