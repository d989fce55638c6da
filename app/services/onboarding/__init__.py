"""Onboarding: rules, questions, and members on their way. The whole feature shares one transaction."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.services.onboarding.due import OnboardingDueService
from app.services.onboarding.figures import FiguresService
from app.services.onboarding.finding import FindingService
from app.services.onboarding.flow import FlowService
from app.services.onboarding.grants import GrantService
from app.services.onboarding.joins import JoinService
from app.services.onboarding.posts import PostService
from app.services.onboarding.privacy import OnboardingPrivacyService
from app.services.onboarding.questions import QuestionService
from app.services.onboarding.rules import RuleService
from app.services.onboarding.runs import RunService
from app.services.onboarding.stuck import StuckService
from app.services.onboarding.timing import OnboardingTimingService
from app.services.onboarding.versions import RuleVersionService
from app.services.structures import Settings


class OnboardingServices:
    """The services of the tables `onboarding`, `guild_onboarding_questions` and `guild_rules`."""

    def __init__(self, session: AsyncSession, clock: Clock, settings: Settings) -> None:
        self._session = session
        self._clock = clock
        self.posts = PostService(session, settings)
        """The messages that stay: the post of the rules, and panels."""
        self.questions = QuestionService(session, clock, settings)
        """What those who join are asked."""
        self.flow = FlowService(session, clock)
        """A member's way from the button to being done."""
        self.joins = JoinService(session, clock)
        """Who joins, is let in, and leaves."""
        self.grants = GrantService(session, clock)
        """Which roles and channels members are to have, and what became of that."""
        self.due = OnboardingDueService(session, clock)
        """Whom a process looks after next."""
        self.timing = OnboardingTimingService(session, clock)
        """What follows from nobody getting on."""
        self.rules = RuleService(session, clock, settings)
        """The rules that managers work on."""
        self.versions = RuleVersionService(session, clock)
        """The rules that were published."""
        self.runs = RunService(session, clock, settings)
        """Asking members to accept a new version of them."""
        self.figures = FiguresService(session, clock)
        """How far those who joined have come."""
        self.finding = FindingService(session)
        """What members answered, for staff."""
        self.stuck = StuckService(session, clock)
        """Who is not done, for staff."""
        self.privacy = OnboardingPrivacyService(session)
        """What is stored about one person, and its end."""
