"""Bounds of onboarding. Where Discord sets one, it says so."""

from datetime import timedelta

MAX_QUESTIONS = 40
"""Per server. Nobody answers more before they may say hello."""
MAX_QUESTION = 300
MAX_LABEL = 45
"""The label of a part of a form (Discord). Longer questions are shortened there, and whole in the message before."""
MAX_HINT = 100
"""The placeholder, and the description, of a part of a form (Discord)."""
MAX_OPTIONS = 25
"""Of a select (Discord)."""
MAX_OPTION = 100
"""The label and the description of an option (Discord)."""
MAX_ROLES = 10
"""That one answer gives."""
MAX_CHANNELS = 10
"""That one answer shows."""
MAX_SHORT_ANSWER = 200
MAX_LONG_ANSWER = 1000
PAGE = 5
"""Questions of one form (Discord: a form has at most five parts)."""

MAX_RULES = 25
MAX_RULE_TITLE = 256
"""The title of an embed (Discord)."""
MAX_RULE_TEXT = 2000
MAX_RULES_TEXT = 5800
"""Characters of all rules together: one message has at most 6,000 in its embeds (Discord)."""
MAX_RULE_PICTURES = 10
"""Rules with a picture: each needs an embed of its own, and a message has at most ten (Discord)."""
MAX_URL = 500
MAX_PANELS = 10
MAX_PANEL_TITLE = 100
MAX_PANEL_TEXT = 1500
MAX_TEMPLATE = 1500
MAX_GRANTS = 60
"""Intentions that a row keeps; what is done gives way first."""
MAX_TRIES = 30_000

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=6)
"""Between the tries to give a role; each pause is four times as long as the one before."""
PER_PAGE = 10
"""Members, rules or questions on a page of a list."""
