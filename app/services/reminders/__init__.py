"""Reminders: making, answering, controlling and delivering them. The whole feature shares one transaction."""

from app.services.parts import Services, lazily
from app.services.reminders.answers import ReminderAnswerService
from app.services.reminders.clocks import ReminderClocks
from app.services.reminders.control import ReminderControlService
from app.services.reminders.delivery import ReminderDeliveryService
from app.services.reminders.making import ReminderService
from app.services.reminders.privacy import ReminderPrivacyService
from app.services.reminders.retention import ReminderRetentionService
from app.services.reminders.staff import ReminderStaffService
from app.services.reminders.takeover import ReminderTakeoverService


class ReminderServices(Services):
    """The services of the table `reminders`."""

    making = lazily(lambda own: ReminderService(own.session, own.clock))
    """What members make, find and change."""
    control = lazily(lambda own: ReminderControlService(own.session, own.clock))
    """What stops reminders and lets them go on."""
    answers = lazily(lambda own: ReminderAnswerService(own.session, own.clock))
    """What people do with a reminder that they got."""
    staff = lazily(lambda own: ReminderStaffService(own.session, own.clock))
    """What staff do with everybody's reminders."""
    delivery = lazily(lambda own: ReminderDeliveryService(own.session, own.clock))
    """What the job that delivers reminders does with them."""
    takeover = lazily(lambda own: ReminderTakeoverService(own.session, own.clock))
    """What the job does with rows of the predecessor."""
    clocks = lazily(lambda own: ReminderClocks(own.session))
    """What keeps them in step with the time zone data."""
    retention = lazily(lambda own: ReminderRetentionService(own.session))
    """What keeps the table from growing."""
    privacy = lazily(lambda own: ReminderPrivacyService(own.session))
    """What is stored about one person, and its end."""
