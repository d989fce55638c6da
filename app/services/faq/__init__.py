"""The FAQ: its entries, finding them, and learning from what was searched for. All share one transaction."""

from functools import cached_property

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
from app.services.parts import Services, lazily


class FaqServices(Services):
    """The services of the tables `faq_entries` and `faq_search_logs`."""

    entries = lazily(lambda own: FaqEntryService(own.session, own.clock))
    """What people write."""
    reading = lazily(lambda own: FaqReadingService(own.session, own.clock))
    """What they read."""
    purging = lazily(lambda own: FaqPurgeService(own.session, own.clock))
    """What goes for good."""
    verifying = lazily(lambda own: FaqVerifyingService(own.session, own.clock))
    """What has to be looked at again."""
    search = lazily(lambda own: FaqSearchService(own.session))
    """Finding entries by what was typed."""
    indexing = lazily(lambda own: FaqIndexingService(own.session))
    """What they are found by."""

    @cached_property
    def importing(self) -> FaqImportService:
        """Many at once, from files."""
        return FaqImportService(self.session, self.clock, self.entries, self.indexing)

    log = lazily(lambda own: SearchLogService(own.session, own.clock))
    """What was searched for, and what came of it."""
    gaps = lazily(lambda own: GapService(own.session, own.clock))
    """What was searched for in vain."""
    synonyms = lazily(lambda own: SynonymService(own.session, own.clock))
    """Words that entries lack."""

    @cached_property
    def answering(self) -> FaqAnsweringService:
        """Which entries answer what was searched for in vain."""
        return FaqAnsweringService(self.entries, self.reading, self.gaps, self.synonyms)

    telling = lazily(lambda own: TellingService(own.session, own.clock))
    """Who is told of an answer."""
    figures = lazily(lambda own: FaqFiguresService(own.session, own.clock))
    """What is counted."""
    retention = lazily(lambda own: RetentionService(own.session, own.clock))
    """How long words and people are kept."""
    privacy = lazily(lambda own: SearchPrivacyService(own.session))
    """What a member sees of their own searches."""

    @cached_property
    def automatic(self) -> FaqAutomaticService:
        """Suggesting answers to what is asked in a channel."""
        return FaqAutomaticService(self.session, self.clock, self.settings, self.search, self.log)

    messages = lazily(lambda own: FaqMessageService(own.session, own.clock))
    """Messages that are answered with an entry."""
    deflecting = lazily(lambda own: FaqDeflectionService(own.session, own.clock))
    """Tickets that an answer may spare."""

    @cached_property
    def personal(self) -> FaqPersonalDataService:
        """What is stored about one person, and its end."""
        return FaqPersonalDataService(self.session, self.privacy)
