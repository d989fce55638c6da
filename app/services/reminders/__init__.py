"""Reminders: making, answering, controlling and delivering them. The whole feature shares one transaction."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.services.reminders.answers import ReminderAnswerService
from app.services.reminders.clocks import ReminderClocks
from app.services.reminders.control import ReminderControlService
from app.services.reminders.delivery import ReminderDeliveryService
from app.services.reminders.making import ReminderService
from app.services.reminders.privacy import ReminderPrivacyService
from app.services.reminders.retention import ReminderRetentionService
from app.services.reminders.staff import ReminderStaffService


class ReminderServices:
    """The services of the table `reminders`."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self.making = ReminderService(session, clock)
        """What members make, find and change."""
        self.control = ReminderControlService(session, clock)
        """What stops reminders and lets them go on."""
        self.answers = ReminderAnswerService(session, clock)
        """What people do with a reminder that they got."""
        self.staff = ReminderStaffService(session, clock)
        """What staff do with everybody's reminders."""
        self.delivery = ReminderDeliveryService(session, clock)
        """What the job that delivers reminders does with them."""
        self.clocks = ReminderClocks(session)
        """What keeps them in step with the time zone data."""
        self.retention = ReminderRetentionService(session)
        """What keeps the table from growing."""
        self.privacy = ReminderPrivacyService(session)
        """What is stored about one person, and its end."""
