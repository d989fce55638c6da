"""How two schemas differ, and what would mend it."""
