"""What a server chose about onboarding, at one moment."""

from collections.abc import Mapping
from datetime import timedelta

from app.core.onboarding import settings as chosen
from app.core.onboarding.posts import POSTS, RULES, Post
from app.core.onboarding.runs import RUN, RUNS, Run
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot


@record
class OnboardingPolicy:
    """A server's choices about onboarding. Lengths of time of zero mean never."""

    asks_rules: bool
    asks_questions: bool
    where: str
    channel_id: int | None
    join_role_id: int | None
    completion_role_id: int | None
    log_channel_id: int | None
    welcome_channel_id: int | None
    welcome_text: str | None
    direct_text: str | None
    nudge_after: timedelta
    warn_after: timedelta
    kick_after: timedelta
    grace: timedelta
    keeps_answers: bool
    after_discord: bool
    direct_per_hour: int
    posts: Mapping[str, Post]
    run: Run | None
    """That of the newest version of the rules, if members were asked to accept it again."""

    @classmethod
    def of(cls, snapshot: SettingsSnapshot) -> "OnboardingPolicy":
        """Return the policy of a server's settings."""
        return snapshot.policy(cls._read)

    @classmethod
    def _read(cls, snapshot: SettingsSnapshot) -> "OnboardingPolicy":
        mode = snapshot[chosen.MODE]
        return cls(
            asks_rules=mode in {"rules", "both"},
            asks_questions=mode in {"questions", "both"},
            where=snapshot[chosen.WHERE],
            channel_id=snapshot[chosen.CHANNEL],
            join_role_id=snapshot[chosen.JOIN_ROLE],
            completion_role_id=snapshot[chosen.COMPLETION_ROLE],
            log_channel_id=snapshot[chosen.LOG_CHANNEL],
            welcome_channel_id=snapshot[chosen.WELCOME_CHANNEL],
            welcome_text=snapshot[chosen.WELCOME_TEXT],
            direct_text=snapshot[chosen.DIRECT_TEXT],
            nudge_after=timedelta(seconds=snapshot[chosen.NUDGE_AFTER]),
            warn_after=timedelta(seconds=snapshot[chosen.WARN_AFTER]),
            kick_after=timedelta(seconds=snapshot[chosen.KICK_AFTER]),
            grace=timedelta(seconds=snapshot[chosen.GRACE]),
            keeps_answers=snapshot[chosen.REJOIN] == "keep",
            after_discord=snapshot[chosen.NATIVE],
            direct_per_hour=snapshot[chosen.DIRECT_PER_HOUR],
            posts={key: Post.from_json(key, value) for key, value in snapshot.structures(POSTS).items()},
            run=next((Run.from_json(RUN, value) for value in snapshot.structures(RUNS).values()), None),
        )

    @property
    def is_on(self) -> bool:
        """Whether new members have something to do."""
        return self.asks_rules or self.asks_questions

    @property
    def rules_post(self) -> Post | None:
        """Return the post of the rules, if there is one."""
        return self.posts.get(RULES)

    @property
    def panels(self) -> dict[str, Post]:
        """Return the panels by their keys."""
        return {key: post for key, post in self.posts.items() if key != RULES}
