"""Onboarding: rules, questions, and members on their way. The whole feature shares one transaction."""

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
from app.services.parts import Services, lazily


class OnboardingServices(Services):
    """The services of the tables `onboarding`, `guild_onboarding_questions` and `guild_rules`."""

    posts = lazily(lambda own: PostService(own.session, own.settings))
    """The messages that stay: the post of the rules, and panels."""
    questions = lazily(lambda own: QuestionService(own.session, own.clock, own.settings))
    """What those who join are asked."""
    flow = lazily(lambda own: FlowService(own.session, own.clock))
    """A member's way from the button to being done."""
    joins = lazily(lambda own: JoinService(own.session, own.clock))
    """Who joins, is let in, and leaves."""
    grants = lazily(lambda own: GrantService(own.session, own.clock))
    """Which roles and channels members are to have, and what became of that."""
    due = lazily(lambda own: OnboardingDueService(own.session, own.clock))
    """Whom a process looks after next."""
    timing = lazily(lambda own: OnboardingTimingService(own.session, own.clock))
    """What follows from nobody getting on."""
    rules = lazily(lambda own: RuleService(own.session, own.clock, own.settings))
    """The rules that managers work on."""
    versions = lazily(lambda own: RuleVersionService(own.session, own.clock))
    """The rules that were published."""
    runs = lazily(lambda own: RunService(own.session, own.clock, own.settings))
    """Asking members to accept a new version of them."""
    figures = lazily(lambda own: FiguresService(own.session, own.clock))
    """How far those who joined have come."""
    finding = lazily(lambda own: FindingService(own.session))
    """What members answered, for staff."""
    stuck = lazily(lambda own: StuckService(own.session, own.clock))
    """Who is not done, for staff."""
    privacy = lazily(lambda own: OnboardingPrivacyService(own.session, own.clock, own.settings))
    """What is stored about one person, and its end."""
