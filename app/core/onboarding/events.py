"""Where changes of onboarding are announced."""

ONBOARDING_CHANNEL = "concierge_onboarding"
"""Where every process hears that a row of onboarding has to be looked at: PostgreSQL's NOTIFY, sent with the commit.

The payload is the moment in Unix seconds."""
