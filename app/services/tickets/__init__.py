"""Tickets: opening, working, closing, finding. The whole feature shares one transaction."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.services.structures import Settings
from app.services.tickets.board import TicketBoardService
from app.services.tickets.closing import TicketClosingService
from app.services.tickets.due import TicketDueService
from app.services.tickets.figures import TicketFiguresService
from app.services.tickets.finding import TicketFindingService
from app.services.tickets.lessons import TicketLessonService
from app.services.tickets.messages import TicketMessageService
from app.services.tickets.moving import TicketMovingService
from app.services.tickets.opening import TicketOpeningService
from app.services.tickets.places import TicketPlacesService
from app.services.tickets.privacy import TicketPrivacyService
from app.services.tickets.replies import TicketRepliesService
from app.services.tickets.setup import TicketSetupService
from app.services.tickets.similar import TicketSimilarService
from app.services.tickets.timing import TicketTimingService
from app.services.tickets.transcripts import TicketTranscriptService
from app.services.tickets.work import TicketWorkService


class TicketServices:
    """The services of the table `support_tickets`."""

    def __init__(self, session: AsyncSession, clock: Clock, settings: Settings) -> None:
        self.opening = TicketOpeningService(session, clock)
        """What makes tickets."""
        self.work = TicketWorkService(session, clock)
        """What staff do with them."""
        self.closing = TicketClosingService(session, clock)
        """What ends them, and opens them again."""
        self.moving = TicketMovingService(session, clock)
        """What brings them where they belong."""
        self.due = TicketDueService(session, clock)
        """Which of them a process looks after next."""
        self.figures = TicketFiguresService(session, clock)
        """What is counted about them."""
        self.setup = TicketSetupService(session, clock, settings)
        """What managers set up."""
        self.messages = TicketMessageService(session, clock)
        """What follows from what people write."""
        self.replies = TicketRepliesService(session, clock)
        """What staff choose from while they type."""
        self.board = TicketBoardService(session, settings)
        """What is on a server's boards."""
        self.places = TicketPlacesService(session, clock)
        """What becomes of them when their channel, member or role goes."""
        self.timing = TicketTimingService(session, clock)
        """What follows from nobody writing."""
        self.transcripts = TicketTranscriptService(session, clock)
        """What was said in them."""
        self.finding = TicketFindingService(session, clock)
        """Lists, search and transcripts for people."""
        self.lessons = TicketLessonService(session)
        """What they teach."""
        self.similar = TicketSimilarService(session)
        """What was asked before."""
        self.privacy = TicketPrivacyService(session)
        """What is stored about one person, and its end."""
