"""How `/help` looks."""
