"""What people are told when there is an answer to what they searched for. Pure."""

from app.core.messages import t
from app.core.settings.snapshot import SettingsSnapshot
from app.models.faq_entry import FaqEntry
from app.services.faq.telling import Telling
from app.ui.faq.entry import entry_embed
from app.ui.faq.finding import rating_buttons
from app.ui.kit.reply import Reply
from app.ui.kit.text import in_code, plain


def answer_is_there(entry: FaqEntry, one: Telling, snapshot: SettingsSnapshot, *, server: str) -> Reply:
    """Show somebody the answer directly, with what they searched for and where, and how not to be told any more."""
    said = t(
        "You searched for {words} in **{server}**. Now there is an answer:",
        words=in_code(one.wording, 200),
        server=plain(server, 100),
    )
    return Reply(said, entry_embed(entry, snapshot), rating_buttons(entry, one.log_id), private=False)
