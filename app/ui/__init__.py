"""How things look and what their buttons do."""
