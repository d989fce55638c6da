"""Applying revisions: the worker, its steps and guards, progress, history."""
