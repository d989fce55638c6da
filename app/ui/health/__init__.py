"""How it looks how the bot is doing: now, over time, and when it changes."""
