"""How onboarding looks."""
