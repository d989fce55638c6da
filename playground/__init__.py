"""A page in the browser to try the bot on: a stand-in for Discord, the real bot beside it, and no token."""
