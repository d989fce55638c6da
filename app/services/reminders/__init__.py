"""Reminders: making, answering, controlling and delivering them. The whole feature shares one transaction."""

from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.services.reminders.answers import ReminderAnswerService
from app.services.reminders.control import ReminderControlService
from app.services.reminders.delivery import ReminderDeliveryService
from app.services.reminders.making import ReminderService
from app.services.reminders.retention import ReminderRetentionService
from app.services.reminders.staff import ReminderStaffService


class ReminderServices:
    """The services of the table `reminders`."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    @cached_property
    def making(self) -> ReminderService:
        """What members make, find and change."""
        return ReminderService(self._session, self._clock)

    @cached_property
    def control(self) -> ReminderControlService:
        """What stops reminders and lets them go on."""
        return ReminderControlService(self._session, self._clock)

    @cached_property
    def answers(self) -> ReminderAnswerService:
        """What people do with a reminder that they got."""
        return ReminderAnswerService(self._session, self._clock)

    @cached_property
    def staff(self) -> ReminderStaffService:
        """What staff do with everybody's reminders."""
        return ReminderStaffService(self._session, self._clock)

    @cached_property
    def delivery(self) -> ReminderDeliveryService:
        """What the job that delivers reminders does with them."""
        return ReminderDeliveryService(self._session, self._clock)

    @cached_property
    def retention(self) -> ReminderRetentionService:
        """What keeps the table from growing."""
        return ReminderRetentionService(self._session)
