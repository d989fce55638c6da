"""What the bot reads and changes at Discord for the FAQ."""
