"""Tickets: opening, working, closing, finding. The whole feature shares one transaction."""

from app.services.parts import Services, lazily
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


class TicketServices(Services):
    """The services of the table `support_tickets`."""

    opening = lazily(lambda own: TicketOpeningService(own.session, own.clock))
    """What makes tickets."""
    work = lazily(lambda own: TicketWorkService(own.session, own.clock))
    """What staff do with them."""
    closing = lazily(lambda own: TicketClosingService(own.session, own.clock))
    """What ends them, and opens them again."""
    moving = lazily(lambda own: TicketMovingService(own.session, own.clock))
    """What brings them where they belong."""
    due = lazily(lambda own: TicketDueService(own.session, own.clock))
    """Which of them a process looks after next."""
    figures = lazily(lambda own: TicketFiguresService(own.session, own.clock))
    """What is counted about them."""
    setup = lazily(lambda own: TicketSetupService(own.session, own.clock, own.settings))
    """What managers set up."""
    messages = lazily(lambda own: TicketMessageService(own.session, own.clock))
    """What follows from what people write."""
    replies = lazily(lambda own: TicketRepliesService(own.session, own.clock))
    """What staff choose from while they type."""
    board = lazily(lambda own: TicketBoardService(own.session, own.settings))
    """What is on a server's boards."""
    places = lazily(lambda own: TicketPlacesService(own.session, own.clock))
    """What becomes of them when their channel, member or role goes."""
    timing = lazily(lambda own: TicketTimingService(own.session, own.clock))
    """What follows from nobody writing."""
    transcripts = lazily(lambda own: TicketTranscriptService(own.session, own.clock))
    """What was said in them."""
    finding = lazily(lambda own: TicketFindingService(own.session, own.clock))
    """Lists, search and transcripts for people."""
    lessons = lazily(lambda own: TicketLessonService(own.session))
    """What they teach."""
    similar = lazily(lambda own: TicketSimilarService(own.session))
    """What was asked before."""
    privacy = lazily(lambda own: TicketPrivacyService(own.session))
    """What is stored about one person, and its end."""
