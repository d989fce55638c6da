"""The form with which an answer is given to a member. All of it pure."""

import discord

from app.core.messages import t
from app.ui.faq.finding_ids import SendToFormId
from app.ui.kit.components import form, menu
from app.ui.kit.forms import FilledIn, labelled

MEMBER, HOW = "member", "how"
IN_CHANNEL, DIRECTLY = "channel", "direct"


def send_form(to: SendToFormId, typed: FilledIn | None = None) -> discord.ui.DesignerModal:
    """Ask for whom an answer is, and where they are to get it."""
    given = typed or FilledIn.of({})
    who = menu(
        MEMBER,
        discord.ComponentType.user_select,
        required=True,
        default_values=given.default_values(MEMBER, discord.SelectDefaultValueType.user),
    )
    chosen = given.typed(HOW) or IN_CHANNEL
    how = discord.ui.RadioGroup(
        custom_id=HOW,
        options=[
            discord.RadioGroupOption(
                label=t("In this channel"),
                value=IN_CHANNEL,
                description=t("They are pinged, and everybody sees it"),
                default=chosen == IN_CHANNEL,
            ),
            discord.RadioGroupOption(label=t("In a direct message"), value=DIRECTLY, default=chosen == DIRECTLY),
        ],
        required=True,
    )
    return form(t("Send this answer"), to, labelled(t("To whom?"), who), labelled(t("Where?"), how))
