"""The words of onboarding: what a server asks, what a member answers, and what follows."""
