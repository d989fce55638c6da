"""Effects of onboarding on Discord: what is posted, and what is given."""
