"""Bounds of tickets. Where Discord sets one, it says so."""

from datetime import timedelta

MAX_TYPES = 25
"""Per server: a select holds no more options (Discord)."""
MAX_PANELS = 25
MAX_BLOCKED = 500
MAX_QUESTIONS = 5
"""A form holds no more parts (Discord)."""
MAX_NAME = 60
MAX_TYPE_DESCRIPTION = 100
"""The description of an option of a select (Discord)."""
MAX_LABEL = 45
"""The label of a part of a form (Discord)."""
MAX_HINT = 100
"""The placeholder, and the description, of a part of a form (Discord)."""
MAX_OPTIONS = 25
MAX_RADIO_OPTIONS = 10
"""Radio buttons and checkboxes of a group (Discord)."""
MAX_OPTION = 100
MAX_FILES = 5
MAX_TEAM_ROLES = 10
MAX_ROUTES = 25
MAX_ADDED = 50
MAX_LABELS = 10
MAX_LABEL_WORD = 30
MAX_REASON = 1000
MAX_NOTE = 1500
MAX_SHORT_ANSWER = 300
MAX_ANSWER = 4000
"""What a long text of a form may hold (Discord)."""
MAX_DESCRIPTION = 4000
MAX_COMMENT = 1000
MAX_EVENTS = 1000
"""Older ones give way, but for those that say what became of the ticket."""
MAX_PANEL_TITLE = 100
MAX_PANEL_TEXT = 1500

MAX_SNOOZE = timedelta(days=365)
OPENING_TAKES = timedelta(seconds=60)
"""How long making a channel may take before another process takes over."""
MAX_TRIES = 30_000
"""Of posting a transcript that are counted."""
MAX_JOURNAL = 500
"""Messages of an open ticket that are kept as they come. When it is closed, all are read."""
MAX_MESSAGES = 20_000
"""Messages of a transcript, the newest."""
MAX_POSTED = 10 * 2**20
"""Bytes of one file of a transcript: what Discord takes everywhere. It is in memory while it is posted."""
MAX_KEPT_FILES = 200
MAX_KEPT_FILE = 8 * 2**20
"""Bytes of one attachment that a transcript holds."""
MAX_KEPT_BYTES = 16 * 2**20
"""Bytes of all attachments that a transcript holds."""
MAX_TYPED = 60
"""Characters of a search. The buttons that turn its pages hold it."""
MAX_SEARCHED = 150_000
"""Characters of what was said that can be searched: with the parts of words, PostgreSQL indexes 200,000."""
PER_PAGE = 8
"""Tickets on a page of a list."""
MAX_BOARDS = 10
