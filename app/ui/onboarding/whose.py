"""For whom something is shown."""

from app.core.onboarding.policy import OnboardingPolicy
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot


@record
class Whose:
    """A member, and what their server chose."""

    snapshot: SettingsSnapshot
    user_id: int

    @property
    def guild_id(self) -> int:
        """The server."""
        return self.snapshot.guild_id

    @property
    def policy(self) -> OnboardingPolicy:
        """What the server chose about onboarding."""
        return OnboardingPolicy.of(self.snapshot)

    @property
    def ids(self) -> dict[str, int]:
        """What every id of their messages says."""
        return {"guild_id": self.guild_id, "user_id": self.user_id}
