"""The use of commands: what is recorded, its sums, and figures. All share one transaction."""

from app.services.analytics.figures import UsageFiguresService
from app.services.analytics.pinned import PinnedFiguresService
from app.services.analytics.privacy import AnalyticsPrivacyService
from app.services.analytics.recording import RecordingService
from app.services.analytics.retention import AnalyticsRetentionService
from app.services.analytics.sums import SumsService
from app.services.parts import Services, lazily


class AnalyticsServices(Services):
    """The services of the table `audit_logs`."""

    recording = lazily(lambda own: RecordingService(own.session))
    """What writes down interactions."""
    figures = lazily(lambda own: UsageFiguresService(own.session, own.clock))
    """What is counted."""
    sums = lazily(lambda own: SumsService(own.session, own.clock))
    """What is added up."""
    pinned = lazily(lambda own: PinnedFiguresService(own.session, own.settings))
    """Where figures are pinned."""
    retention = lazily(lambda own: AnalyticsRetentionService(own.session, own.clock))
    """How long all of it is kept."""
    privacy = lazily(lambda own: AnalyticsPrivacyService(own.session))
    """What is stored about one person, and its end."""
