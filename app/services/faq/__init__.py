"""The FAQ: its entries, finding them, and learning from what was searched for. All share one transaction."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.services.faq.answering import FaqAnsweringService
from app.services.faq.automatic import FaqAutomaticService
from app.services.faq.deflecting import FaqDeflectionService
from app.services.faq.entries import FaqEntryService
from app.services.faq.figures import FaqFiguresService
from app.services.faq.gaps import GapService
from app.services.faq.importing import FaqImportService
from app.services.faq.indexing import FaqIndexingService
from app.services.faq.log import SearchLogService
from app.services.faq.messages import FaqMessageService
from app.services.faq.personal import FaqPersonalDataService
from app.services.faq.privacy import SearchPrivacyService
from app.services.faq.purging import FaqPurgeService
from app.services.faq.reading import FaqReadingService
from app.services.faq.retention import RetentionService
from app.services.faq.searching import FaqSearchService
from app.services.faq.synonyms import SynonymService
from app.services.faq.telling import TellingService
from app.services.faq.verifying import FaqVerifyingService
from app.services.structures import Settings


class FaqServices:
    """The services of the tables `faq_entries` and `faq_search_logs`."""

    def __init__(self, session: AsyncSession, clock: Clock, settings: Settings) -> None:
        self.entries = FaqEntryService(session, clock)
        """What people write."""
        self.reading = FaqReadingService(session, clock)
        """What they read."""
        self.purging = FaqPurgeService(session, clock)
        """What goes for good."""
        self.verifying = FaqVerifyingService(session, clock)
        """What has to be looked at again."""
        self.search = FaqSearchService(session)
        """Finding entries by what was typed."""
        self.indexing = FaqIndexingService(session)
        """What they are found by."""
        self.importing = FaqImportService(session, clock, self.entries, self.indexing)
        """Many at once, from files."""
        self.log = SearchLogService(session, clock)
        """What was searched for, and what came of it."""
        self.gaps = GapService(session, clock)
        """What was searched for in vain."""
        self.synonyms = SynonymService(session, clock)
        """Words that entries lack."""
        self.answering = FaqAnsweringService(self.entries, self.reading, self.gaps, self.synonyms)
        """Which entries answer what was searched for in vain."""
        self.telling = TellingService(session, clock)
        """Who is told of an answer."""
        self.figures = FaqFiguresService(session, clock)
        """What is counted."""
        self.retention = RetentionService(session, clock)
        """How long words and people are kept."""
        self.privacy = SearchPrivacyService(session)
        """What a member sees of their own searches."""
        self.automatic = FaqAutomaticService(session, clock, settings, self.search, self.log)
        """Suggesting answers to what is asked in a channel."""
        self.messages = FaqMessageService(session, clock)
        """Messages that are answered with an entry."""
        self.deflecting = FaqDeflectionService(session, clock)
        """Tickets that an answer may spare."""
        self.personal = FaqPersonalDataService(session, self.privacy)
        """What is stored about one person, and its end."""
