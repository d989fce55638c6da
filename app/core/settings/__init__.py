"""What a server may choose: the kinds of values and the registry of settings."""
