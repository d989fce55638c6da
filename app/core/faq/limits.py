"""Bounds of the FAQ. Where Discord sets one, it says so."""

from datetime import timedelta

MAX_ENTRIES = 100_000
"""Per server."""
MAX_TITLE = 256
"""The title of an embed (Discord)."""
MAX_ANSWER = 4000
"""What a long text of a form may hold (Discord)."""
MAX_KEYWORDS = 30
MAX_KEYWORD = 256
"""As long as a title: what an entry was called before stays one of its keywords."""
MAX_KEYWORDS_TOGETHER = 1000
"""Characters of all keywords of an entry, so that they have room beside its answer (an embed has 6,000)."""
MAX_CATEGORY = 50
MAX_IMAGE_URL = 500
MAX_VERSIONS = 50
"""Of one entry; older ones give way."""
MAX_QUERY = 4000
"""What a message of somebody with Nitro may hold (Discord); longer ones are cut before they are searched for."""
MAX_RESULTS = 10
MAX_AUTOMATIC = 100
"""Channels of a server in which answers are suggested."""
KEEP_DELETED = timedelta(days=30)
"""For how long a removed entry can be brought back."""
FIRST_AFTER = timedelta(minutes=10)
"""How soon after a search in vain the next one of the same person belongs to it."""
MAX_OFFERED = 3
"""Answers that are shown where somebody did not search: before a ticket, and for a message."""
FAIR_CONFIDENCE = 0.1
"""How sure the search has to be of an answer that is shown before a ticket. What people write at length has many words
that are in no title, and reading an answer in vain costs less than a ticket that it would have spared."""
SURE_CONFIDENCE = 0.3
"""How sure it has to be of a single result to open it at once. Of less, people can ask to hear of a better answer."""
