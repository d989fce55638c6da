"""The FAQ: entries, what is searched, and what came of it. The whole feature shares one transaction."""
