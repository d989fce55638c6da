"""What the bot changes at Discord beyond answering: used by commands, which just decided it, and by jobs alike."""
