"""How reminders look: pure functions from results to replies."""
