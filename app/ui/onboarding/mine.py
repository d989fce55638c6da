"""What is stored about the person who asks, for themselves: to see, to change, to delete."""

from dataclasses import replace

from app.core.messages import t
from app.core.onboarding.member_record import MemberRecord
from app.core.onboarding.questions import Question
from app.ui.kit.components import Item, button
from app.ui.kit.reply import Reply
from app.ui.onboarding.ids import ForgetId, ForgetNowId, MineId
from app.ui.onboarding.member import report
from app.ui.onboarding.summary import change_menus
from app.ui.onboarding.whose import Whose


def mine(record: MemberRecord | None, questions: tuple[Question, ...], whose: Whose, note: str = "") -> Reply:
    """Show everything that is stored, with menus to change an answer and a button that deletes all of them."""
    if record is None:
        return Reply(t("Nothing is stored about you in this server."))
    reply = report(record, whose.snapshot, title=t("What is stored about you"))
    items: list[Item] = []
    if record.answers or record.legacy:
        items.append(button(t("Delete my answers…"), ForgetId(**whose.ids), row=0))
    if record.answers and whose.policy.is_on:
        items += change_menus(questions, whose, mine=True)
    return replace(reply, content=note or None, items=items)


def really(whose: Whose) -> Reply:
    """Ask whether answers are to be deleted."""
    return Reply(
        t(
            "Delete all your answers in this server? Nobody can bring them back. Your roles stay, and so does which "
            "rules you accepted. A card or table that staff got before keeps your answers: ask staff to delete it."
        ),
        items=[
            button(t("Delete them"), ForgetNowId(**whose.ids)),
            button(t("Keep them"), MineId(**whose.ids)),
        ],
    )
