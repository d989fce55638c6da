"""What `/help` says about the commands of onboarding, and to whom."""

from app.core.actor import Actor
from app.core.settings.snapshot import SettingsSnapshot


def for_managers(_: SettingsSnapshot, actor: Actor) -> str | None:
    """Say nothing to managers; None to others."""
    return "" if actor.is_manager else None
