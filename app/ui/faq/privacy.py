"""What a member sees of what is kept about their searches. All pure."""

from datetime import timedelta

import discord

from app.core import durations
from app.core.faq.policy import FaqPolicy
from app.core.messages import t, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.services.faq.privacy import Own, OwnPage
from app.ui.faq.privacy_ids import ForgetMineId, KeepMineId, OwnSearchesId, SuggestId
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, turning
from app.ui.kit.reply import Reply
from app.ui.kit.text import in_code

MAX_QUERY = 150


def mine(found: OwnPage, snapshot: SettingsSnapshot, *, is_private: bool, is_quiet: bool, note: str = "") -> Reply:
    """Show what is kept, and what can be done about it."""
    embed = discord.Embed(title=t("What is kept of your searches in the FAQ"), colour=colour_of(snapshot))
    lines = [_rule(FaqPolicy.of(snapshot), is_private=is_private)]
    if found.total:
        lines += ["", *map(_line, found.searches)]
        total = tn("{count} search in this server", "{count} searches in this server", found.total)
        embed.set_footer(
            text=t("Page {page} of {pages} · {total}", page=found.page + 1, pages=found.pages, total=total)
        )
    else:
        lines.append(t("Nothing that you searched for in this server is kept with your name."))
    embed.description = "\n".join(lines)
    items: list[Item] = [
        button(t("Keep my searches"), KeepMineId(keep=True), row=0)
        if is_private
        else button(t("Keep none of my searches"), KeepMineId(keep=False), row=0)
    ]
    # Of whom nothing is kept no message is looked at either.
    if not is_private:
        label = t("Suggest answers to me") if is_quiet else t("Suggest no answers to me")
        items.append(button(label, SuggestId(suggest=is_quiet), row=0))
    if found.total:
        items.append(button(t("Delete my searches…"), ForgetMineId(is_sure=False), row=0))
    items += turning(found.page, found.pages, lambda number: OwnSearchesId(page=number))
    return Reply(note or None, embed, items)


def really(count: int) -> Reply:
    """Ask whether they are to be deleted."""
    said = tn(
        "Delete your search in this server? What you searched for and that it was you is then gone; that something was "
        "searched for is still counted. You are not told of an answer to it any more.",
        "Delete your {count} searches in this server? What you searched for and that it was you is then gone; that "
        "something was searched for is still counted. You are not told of answers to them any more.",
        count,
    )
    items: list[Item] = [
        button(t("Delete them"), ForgetMineId(is_sure=True), style=discord.ButtonStyle.danger),
        button(t("Keep them"), OwnSearchesId(page=0)),
    ]
    return Reply(said, items=items)


def forgotten(count: int) -> str:
    """Say that they are gone."""
    return tn("Your search is deleted.", "Your {count} searches are deleted.", count)


def chosen(*, keep: bool) -> str:
    """Say what holds from now on."""
    if keep:
        return t("From now on, what you search for is kept as each server chose.")
    return t(
        "From now on, nothing of what you search for is kept with your name, in any server, and I answer no message of "
        "yours by myself. What is kept already stays until you delete it."
    )


def suggesting(*, suggest: bool) -> str:
    """Say whether answers are suggested from now on."""
    if suggest:
        return t("Answers are suggested to you again, where a server has switched that on.")
    return t("Nothing is suggested to you any more, in any server. You can still search the FAQ yourself.")


def _rule(policy: FaqPolicy, *, is_private: bool) -> str:
    if is_private:
        return t("You chose that nothing is kept of what you search for.")
    if not policy.keep_searches:
        return t("This server keeps no words of searches, and not who searched.")
    length = durations.spoken(timedelta(seconds=round(policy.keep_searches.total_seconds())))
    if policy.keeps_members:
        return t(
            "This server keeps what is searched for and by whom for {length}. Its staff see the words.", length=length
        )
    return t("This server keeps for {length} what is searched for, but not by whom.", length=length)


def _line(one: Own) -> str:
    words = in_code(one.query, MAX_QUERY) if one.query else t("(without words)")
    said = f"{discord.utils.format_dt(one.searched_at, 'd')} {words}"
    said += " · " + tn("{count} result", "{count} results", one.results)
    return f"{said} · {t('you want to be told of an answer')}" if one.wants_answer else said
