"""What Discord allows. https://discord.com/developers/docs."""

MAX_CONTENT = 2000
"""Characters of a message, outside its embeds."""
MAX_EMBED = 6000
"""Characters of all texts of an embed together."""
MAX_EMBED_TITLE = 256
MAX_EMBED_DESCRIPTION = 4096
MAX_EMBED_FIELDS = 25
MAX_FIELD_NAME = 256
MAX_FIELD_VALUE = 1024
MAX_MENTIONS = 100
"""How many people, and how many roles, one message may ping by their ids."""

MAX_ROWS = 5
"""Rows of buttons and selects under a message."""
MAX_CUSTOM_ID = 100
MAX_FORM_TITLE = 45
MAX_OPTIONS = 25
"""Options of a select."""
MAX_OPTION = 100
"""Characters of an option's label, description and value."""

MAX_CHOICES = 25
"""Suggestions while somebody types."""
MAX_CHOICE = 100
"""Characters of a suggestion, and of the value it stands for."""
