"""The FAQ: its entries, finding them, and learning from what was searched for. All share one transaction."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.services.faq.entries import FaqEntryService
from app.services.faq.indexing import FaqIndexingService
from app.services.faq.log import SearchLogService
from app.services.faq.purging import FaqPurgeService
from app.services.faq.reading import FaqReadingService
from app.services.faq.searching import FaqSearchService


class FaqServices:
    """The services of the tables `faq_entries` and `faq_search_logs`."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self.entries = FaqEntryService(session, clock)
        """What people write."""
        self.reading = FaqReadingService(session, clock)
        """What they read."""
        self.purging = FaqPurgeService(session, clock)
        """What goes for good."""
        self.search = FaqSearchService(session)
        """Finding entries by what was typed."""
        self.indexing = FaqIndexingService(session)
        """What they are found by."""
        self.log = SearchLogService(session, clock)
        """What was searched for, and what came of it."""
