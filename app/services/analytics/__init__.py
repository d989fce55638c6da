"""The use of commands: what is recorded, its sums, and figures. All share one transaction."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.services.analytics.figures import UsageFiguresService
from app.services.analytics.pinned import PinnedFiguresService
from app.services.analytics.privacy import AnalyticsPrivacyService
from app.services.analytics.recording import RecordingService
from app.services.analytics.retention import AnalyticsRetentionService
from app.services.analytics.sums import SumsService
from app.services.structures import Settings


class AnalyticsServices:
    """The services of the table `audit_logs`."""

    def __init__(self, session: AsyncSession, clock: Clock, settings: Settings) -> None:
        self.recording = RecordingService(session)
        """What writes down interactions."""
        self.figures = UsageFiguresService(session, clock)
        """What is counted."""
        self.sums = SumsService(session, clock)
        """What is added up."""
        self.pinned = PinnedFiguresService(session, settings)
        """Where figures are pinned."""
        self.retention = AnalyticsRetentionService(session, clock)
        """How long all of it is kept."""
        self.privacy = AnalyticsPrivacyService(session)
        """What is stored about one person, and its end."""
