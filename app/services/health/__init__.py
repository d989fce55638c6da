"""The health trend: writing what was measured, thinning it, and reading it. All share one transaction."""

from app.services.health.alerts import HealthAlertService
from app.services.health.database import HealthDatabaseService
from app.services.health.reading import HealthReadingService
from app.services.health.recording import HealthRecordingService
from app.services.health.thinning import HealthThinningService
from app.services.parts import Services, lazily


class HealthServices(Services):
    """The services of the table `health_check_history`."""

    alerts = lazily(lambda own: HealthAlertService(own.settings, own.clock))
    """Where operators are told that something is wrong."""
    database = lazily(lambda own: HealthDatabaseService(own.session))
    """What the database is, and how large."""
    reading = lazily(lambda own: HealthReadingService(own.session, own.clock))
    """Trend, incidents and availability."""
    recording = lazily(lambda own: HealthRecordingService(own.session, own.clock))
    """Samples, and what happened to a process."""
    thinning = lazily(lambda own: HealthThinningService(own.session, own.clock))
    """What becomes of it with age."""
