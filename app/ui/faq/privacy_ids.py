"""What the buttons say with which members see and delete what they searched for.

None names anybody: each is about whoever presses it.
"""

from app.ui.kit.ids import ButtonId, Page


class OwnSearchesId(ButtonId, route="faq:v1:own"):
    """Turn to a page of one's own searches."""

    page: Page


class KeepMineId(ButtonId, route="faq:v1:own_keep"):
    """Choose whether what one searches for is kept, in every server."""

    keep: bool


class ForgetMineId(ButtonId, route="faq:v1:own_forget"):
    """Delete one's own searches in this server; `is_sure` once that was confirmed."""

    is_sure: bool


class SuggestId(ButtonId, route="faq:v1:suggest_to_me"):
    """Suggest answers to whoever presses it, or none."""

    suggest: bool
