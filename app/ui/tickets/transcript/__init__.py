"""Transcripts: a record as one page that needs nothing else, or as plain text."""
