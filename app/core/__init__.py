"""Leaves: no Discord, no SQL, no other part of the application."""
