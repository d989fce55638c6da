"""What is asked before a deletion, and what is said after it: by table, with what stays and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import discord

from app.core import formats
from app.core.messages import t, tn
from app.core.privacy.declared import TABLES
from app.core.privacy.report import Erased, Erasure, Found
from app.core.privacy.tombstones import EVERYWHERE
from app.services.settings.erasures import Done
from app.ui.kit.components import button
from app.ui.kit.limits import MAX_FIELD_VALUE
from app.ui.kit.reply import Reply
from app.ui.kit.text import shortened
from app.ui.privacy.ids import DeleteMineId, EraseId, KeepMineId
from app.ui.privacy.places import NameOf, named

RED = discord.Colour.red()
GREEN = discord.Colour.green()


def counted(found: Mapping[int, Found]) -> dict[str, int]:
    """Return how many rows there are of each table, in the order in which people read of them."""
    many = {table: sum(len(tables.get(table, ())) for tables in found.values()) for table in TABLES}
    return {table: count for table, count in many.items() if count}


def really(rows: Mapping[str, int], guild_id: int, name_of: NameOf, *, waiting: Erasure) -> Reply:
    """Ask whether all of it is to go."""
    embed = discord.Embed(
        title=t("Delete what is stored about you for {place}?", place=named(guild_id, name_of)), colour=RED
    )
    embed.description = "\n".join([t("This cannot be undone."), *_in_the_way(waiting)])
    _add_tables(embed, rows)
    if guild_id != EVERYWHERE:
        embed.set_footer(
            text=t("Your time zone and wishes hold in all servers. To delete them as well, choose all servers.")
        )
    items = [
        button(t("Delete"), DeleteMineId(guild_id=guild_id), style=discord.ButtonStyle.danger),
        button(t("Keep it"), KeepMineId()),
    ]
    return Reply(embed=embed, items=items)


def really_erase(rows: Mapping[str, int], user_id: int, *, waiting: Erasure) -> Reply:
    """Ask an operator whether somebody is to be erased everywhere. What they have not done yet keeps nothing then."""
    embed = discord.Embed(title=t("Erase this person in all servers?"), colour=RED)
    who = t("<@{person}>, id {person}. This cannot be undone.", person=user_id)
    told = t("Blocks from opening tickets go as well.")
    embed.description = "\n".join([who, told, _of_another(), *_in_the_way(replace(waiting, unfinished=0))])
    _add_tables(embed, rows)
    items = [
        button(t("Erase"), EraseId(user_id=user_id), style=discord.ButtonStyle.danger),
        button(t("Keep it"), KeepMineId()),
    ]
    return Reply(embed=embed, items=items)


def _of_another() -> str:
    return t("Below, “you” is the person who is erased.")


def kept() -> Reply:
    """Say that nothing was done."""
    return Reply(t("Nothing was deleted."))


def done(erasure: Erasure, place: str, *, is_remembered: bool, erased: int | None = None) -> Reply:
    """Report what was done to each table, what stayed and why; `erased` is whom an operator erased."""
    if not erasure.found_something:
        return nothing_left(place) if erased is None else nothing_about(erased)
    embed = discord.Embed(title=t("Deleted for {place}", place=place), colour=GREEN)
    about = [] if erased is None else [_of_another()]
    embed.description = "\n".join([*about, _about_backups(is_remembered=is_remembered), *_in_the_way(erasure)])
    for name, table in TABLES.items():
        if (one := erasure.tables.get(name)) is not None:
            _add(embed, str(table.title), [_figures(one), str(table.erased), *_stays(name)])
    # Something is still in these, and goes later.
    waiting = {"support_tickets": erasure.open_tickets, "onboarding": erasure.unfinished}
    untouched = [
        str(table.title) for name, table in TABLES.items() if name not in erasure.tables and not waiting.get(name)
    ]
    if untouched:
        embed.set_footer(text=t("Nothing of you was in: {tables}.", tables=formats.AllOf(untouched)))
    return Reply(embed=embed)


def nothing_left(place: str) -> Reply:
    """Say that there is nothing, or not any more."""
    return Reply(t("Nothing about you is stored for {place}, so there is nothing to delete.", place=place))


def nothing_about(user_id: int) -> Reply:
    """Say so to an operator."""
    return Reply(t("Nothing is stored about {id}, so there is nothing to erase.", id=user_id))


def history(erasures: Sequence[Done], name_of: NameOf) -> Reply:
    """Show the newest erasures, which name nobody."""
    if not erasures:
        return Reply(t("Nobody has been erased so far."))
    embed = discord.Embed(title=t("Who was erased, without who they were"), colour=discord.Colour.blurple())
    embed.description = "\n".join(_line(one, name_of) for one in erasures)
    return Reply(embed=embed)


def _line(one: Done, name_of: NameOf) -> str:
    by = t("by the people who run the bot") if one.by_operator else t("by themselves")
    rows = tn("{count} row", "{count} rows", one.rows)
    at = discord.utils.format_dt(one.at, "f")
    return f"{at} · {named(one.guild_id, name_of)} · {rows} · {by} · `{one.id[:8]}`"


def _add_tables(embed: discord.Embed, rows: Mapping[str, int]) -> None:
    for name, count in rows.items():
        table = TABLES[name]
        heading = t("{table} ({count})", table=table.title, count=count)
        _add(embed, heading, [str(table.erased), *_stays(name)])


def _add(embed: discord.Embed, heading: str, lines: Iterable[str]) -> None:
    said = "\n".join(line for line in lines if line)
    embed.add_field(name=heading, value=shortened(said, MAX_FIELD_VALUE), inline=False)


def _stays(name: str) -> list[str]:
    stays = TABLES[name].stays
    return [t("*Stays:* {what}", what=stays)] if stays is not None else []


def _figures(one: Erased) -> str:
    said = [
        tn("{count} row deleted", "{count} rows deleted", one.deleted) if one.deleted else "",
        tn("{count} row without you now", "{count} rows without you now", one.changed) if one.changed else "",
        tn("{count} row kept", "{count} rows kept", one.kept) if one.kept else "",
    ]
    return f"**{formats.AllOf([part for part in said if part])}.**"


def _in_the_way(waiting: Erasure) -> list[str]:
    """Say what goes later than the rest, and when."""
    said: list[str] = []
    if waiting.open_tickets:
        said += [
            tn(
                "{count} ticket is still open: it goes on, and you are deleted from it when it is closed.",
                "{count} tickets are still open: they go on, and you are deleted from each when it is closed.",
                waiting.open_tickets,
            )
        ]
    if waiting.unfinished:
        said += [
            tn(
                "In {count} server you are still to finish onboarding, or to accept new rules: that you are, and until "
                "when, stays until it is over, and is deleted minutes later.",
                "In {count} servers you are still to finish onboarding, or to accept new rules: that you are, and "
                "until when, stays in each until it is over, and is deleted minutes later.",
                waiting.unfinished,
            )
        ]
    return said


def _about_backups(*, is_remembered: bool) -> str:
    if is_remembered:
        return t(
            "Backups may hold it until they are too old. If one is restored, you are deleted from it again before "
            "anything else happens."
        )
    return t(
        "I could not write down that a restored backup has to be cleared of you. The people who run me see that in my "
        "log; please tell them as well."
    )
