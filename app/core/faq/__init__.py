"""The FAQ: its vocabulary, its bounds, and how text is compared."""
