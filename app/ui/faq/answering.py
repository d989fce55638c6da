"""Answering a message from the FAQ: what can be chosen, and the reply. All of it pure."""

from collections.abc import Sequence
from functools import partial

import discord

from app.core.messages import msg, t
from app.core.settings.snapshot import SettingsSnapshot
from app.models import FaqEntry
from app.ui.faq.entry import entry_embed, title_of
from app.ui.faq.finding import Result, options_of, rating_buttons
from app.ui.faq.finding_ids import AnswerWithId
from app.ui.kit import failures
from app.ui.kit.colours import colour_of
from app.ui.kit.components import select
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain

MAX_BEGINNING = 300
in_one_sentence = partial(
    failures.in_one_sentence, sentences={**failures.SENTENCES, failures.INVALID: msg("The message is gone.")}
)
"""Turns an error of posting the reply into what a person is told: of a reply, only the message can be invalid."""


def suggestions(entries: Sequence[FaqEntry], log_id: int, snapshot: SettingsSnapshot) -> Reply:
    """Offer what may answer a message, and how each begins."""
    if not entries:
        return Reply(t("The FAQ has no answer to that message."))
    embed = discord.Embed(title=t("Answers to that message"), colour=colour_of(snapshot))
    for entry in entries:
        embed.add_field(name=title_of(entry), value=plain(entry.summary, MAX_BEGINNING) or "–", inline=False)
    results = [Result(entry.id, entry.title) for entry in entries]
    return Reply(
        t("Whichever you choose is posted as a reply to that message. It pings nobody."),
        embed,
        [select(t("Answer with…"), AnswerWithId(log_id=log_id), options_of(results, AnswerWithId))],
    )


def answer(entry: FaqEntry, log_id: int, snapshot: SettingsSnapshot, by: int) -> Reply:
    """Return the reply to the message."""
    said = f"-# {t('From the FAQ, chosen by {member}', member=f'<@{by}>')}"
    return Reply(said, entry_embed(entry, snapshot), rating_buttons(entry, log_id), private=False)


def answered(entry: FaqEntry, link: str) -> Reply:
    """Say that it was posted."""
    return Reply(t("Answered with “{title}”: {link}", title=title_of(entry), link=link))
