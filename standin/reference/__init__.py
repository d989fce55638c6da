"""Discord's own description of its API, reduced to what the stand-in serves. See README.md beside this file."""
