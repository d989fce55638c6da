"""How the bot is doing: at one moment, and over time."""
