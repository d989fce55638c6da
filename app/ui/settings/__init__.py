"""How settings look, and how a value that somebody typed is read."""
