"""The health trend: writing what was measured, thinning it, and reading it. All share one transaction."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.services.health.alerts import HealthAlertService
from app.services.health.database import HealthDatabaseService
from app.services.health.reading import HealthReadingService
from app.services.health.recording import HealthRecordingService
from app.services.health.thinning import HealthThinningService
from app.services.structures import Settings


class HealthServices:
    """The services of the table `health_check_history`."""

    def __init__(self, session: AsyncSession, clock: Clock, settings: Settings) -> None:
        self.alerts = HealthAlertService(settings, clock)
        """Where operators are told that something is wrong."""
        self.database = HealthDatabaseService(session)
        """What the database is, and how large."""
        self.reading = HealthReadingService(session, clock)
        """Trend, incidents and availability."""
        self.recording = HealthRecordingService(session, clock)
        """Samples, and what happened to a process."""
        self.thinning = HealthThinningService(session, clock)
        """What becomes of it with age."""
