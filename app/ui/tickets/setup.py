"""How ticket types and their questions look to those who set them up. All of it pure."""

from datetime import timedelta
from typing import Any

import discord

from app.core import durations, formats
from app.core.messages import msg, t, tn
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.file_kinds import Accepts
from app.core.tickets.limits import MAX_QUESTIONS
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.questions import find, reference
from app.core.tickets.types import Place, Question, QuestionKind, Route, TicketType
from app.models import SettingsHistory
from app.ui.kit.autocomplete import Suggestion
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, select
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION, MAX_OPTION, MAX_OPTIONS
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened
from app.ui.kit.undo import undo_button
from app.ui.tickets.intake import Answer, description_of
from app.ui.tickets.setup_ids import (
    AddQuestionId,
    EditQuestionId,
    MoveQuestionId,
    OneQuestionId,
    PreviewId,
    QuestionsId,
    RemoveQuestionId,
    ShowTypeId,
)
from app.ui.tickets.words import PRIORITIES

KINDS = {
    QuestionKind.SHORT: msg("Short text"),
    QuestionKind.LONG: msg("Long text"),
    QuestionKind.SELECT: msg("Select menu"),
    QuestionKind.RADIO: msg("Radio buttons"),
    QuestionKind.CHECKBOXES: msg("Checkboxes"),
    QuestionKind.FILES: msg("Files"),
}
ACCEPTED = {Accepts.IMAGES: msg("Images"), Accepts.DOCUMENTS: msg("Documents")}
"""What is said in place of files where only some are taken."""


def suggestions(policy: TicketPolicy) -> list[Suggestion]:
    """Return the types of a server, to choose one of."""
    return [Suggestion(kind.name, key) for key, kind in policy.types.items()]


def name_of(kind: TicketType) -> str:
    """Write a type's name with its emoji."""
    return f"{kind.emoji} **{plain(kind.name)}**".strip()


def type_added(kind: TicketType, change: SettingsHistory, snapshot: SettingsSnapshot) -> Reply:
    """Confirm a new type, and say how members come to it."""
    said = t(
        "{kind} is a ticket type now. Members open one with `/ticket open`, or from a panel: `/tickets panel post`.",
        kind=name_of(kind),
    )
    return Reply(said, details(kind, snapshot), [undo_button(change), *_buttons(kind)])


def type_changed(kind: TicketType, change: SettingsHistory, snapshot: SettingsSnapshot) -> Reply:
    """Confirm a change of a type."""
    said = t("{kind} is changed. Tickets that are open already stay as they are.", kind=name_of(kind))
    return Reply(said, details(kind, snapshot), [undo_button(change), *_buttons(kind)])


def type_removed(kind: TicketType, change: SettingsHistory, open_ones: int) -> Reply:
    """Confirm that a type is gone, and say what becomes of its tickets."""
    lines = [t("{kind} is removed. Panels offer it no more.", kind=name_of(kind))]
    if open_ones:
        lines.append(
            tn("{count} ticket of it is open, and stays open.", "{count} tickets of it are open, and stay.", open_ones)
        )
    return Reply("\n".join(lines), items=[undo_button(change)])


def shown(kind: TicketType, snapshot: SettingsSnapshot) -> Reply:
    """Show a type."""
    return Reply(embed=details(kind, snapshot), items=_buttons(kind))


def _buttons(kind: TicketType) -> list[Item]:
    return [
        button(t("Questions"), QuestionsId(type_key=kind.key), emoji="📝"),
        button(t("Preview the form"), PreviewId(type_key=kind.key), emoji="👁️"),
    ]


def details(kind: TicketType, snapshot: SettingsSnapshot) -> discord.Embed:
    """Say everything about a type."""
    lines = [
        plain(kind.description),
        "" if kind.enabled else t("**Not offered** to members at the moment."),
        t("Team: {roles}", roles=" ".join(f"<@&{role}>" for role in kind.team_role_ids) or t("all staff")),
        t("A new ticket pings the team.") if kind.ping_team else t("A new ticket pings nobody."),
        _place(kind),
        t("Priority: {priority}", priority=PRIORITIES[kind.priority]),
        t("At most {count} open at once", count=kind.max_open) if kind.max_open else "",
        _time(t("Wait between two"), kind.cool_down),
        _time(t("Target for the first answer"), kind.first_target),
        _time(t("Target for each further answer"), kind.next_target),
        _time(t("Target for the solution"), kind.resolution_target),
        _time(t("Reminder to whoever owes an answer, after"), kind.remind_after),
        _time(t("Warning to a silent member, after"), kind.warn_after),
        _time(t("Closed so long after the warning"), kind.close_after),
        "",
        t("**Questions**"),
        *([_line(question) for question in kind.questions] or [t("None: one long field asks what it is about.")]),
        *(["", t("**Routes**"), *(_route(route) for route in kind.routes)] if kind.routes else []),
    ]
    said = "\n".join(line for at, line in enumerate(lines) if line or lines[at + 1 : at + 2] == [t("**Questions**")])
    embed = discord.Embed(
        title=f"{kind.emoji} {kind.name}".strip(),
        description=shortened(said, MAX_EMBED_DESCRIPTION),
        colour=colour_of(snapshot),
    )
    return embed.set_footer(text=t("Ticket type {key}", key=kind.key))


def _place(kind: TicketType) -> str:
    if kind.place is Place.THREAD:
        return t("Each is a private thread in {channel}", channel=f"<#{kind.parent_id}>")
    if kind.parent_id is None:
        return t("Each is a channel of its own")
    return t("Each is a channel of its own in {category}", category=f"<#{kind.parent_id}>")


def _time(name: str, seconds: int) -> str:
    return formats.labelled(name, durations.spoken(timedelta(seconds=seconds))) if seconds else ""


def _line(question: Question) -> str:
    kind = ACCEPTED.get(question.accepts, KINDS[question.kind])
    facts = [str(kind), t("required") if question.required else t("optional")]
    if question.kind is QuestionKind.FILES:
        facts.append(tn("at most {count} file", "at most {count} files", question.max_files))
    choices = f"\n-# {plain(formats.listed(question.options), 200)}" if question.options else ""
    return f"• {plain(question.label)} · {' · '.join(facts)}{choices}"


def _route(route: Route) -> str:
    decided = [
        *[f"<@&{role}>" for role in route.team_role_ids],
        *([str(PRIORITIES[route.priority])] if route.priority is not None else []),
    ]
    if route.first_target is not None:
        first = durations.spoken(timedelta(seconds=route.first_target))
        decided.append(t("first answer within {time}", time=first))
    return f"• {plain(route.label)} = {plain(route.answer)} → {formats.listed(decided)}"


def overview(policy: TicketPolicy, snapshot: SettingsSnapshot) -> Reply:
    """List all types, with a menu to show one."""
    if not policy.types:
        return Reply(t("There are no ticket types yet. Add one with `/tickets type add`."))
    lines = [_summary(kind) for kind in policy.types.values()]
    embed = discord.Embed(
        title=t("Ticket types"),
        description=shortened("\n".join(lines), MAX_EMBED_DESCRIPTION),
        colour=colour_of(snapshot),
    )
    options = [
        discord.SelectOption(label=shortened(kind.name, MAX_OPTION), value=ShowTypeId.pack_value(key))
        for key, kind in list(policy.types.items())[:MAX_OPTIONS]
    ]
    return Reply(embed=embed, items=[select(t("Show one of them…"), ShowTypeId(), options)])


def _summary(kind: TicketType) -> str:
    facts = [
        " ".join(f"<@&{role}>" for role in kind.team_role_ids[:3]) or t("all staff"),
        tn("{count} question", "{count} questions", len(kind.questions)),
        *([] if kind.enabled else [t("not offered")]),
    ]
    return f"{name_of(kind)} · {' · '.join(facts)}"


def question_list(
    kind: TicketType, snapshot: SettingsSnapshot, *, note: str = "", change: SettingsHistory | None = None
) -> Reply:
    """Show the questions of a type, to add, choose and preview; `note` says what has just happened."""
    lines = [_line(question) for question in kind.questions]
    embed = discord.Embed(
        title=shortened(t("Questions of {kind}", kind=kind.name), 200),
        description="\n".join(lines)
        or t("There are none yet: members get one long field, “What is it about?”. Add up to five of your own."),
        colour=colour_of(snapshot),
    )
    items: list[Item] = []
    if kind.questions:
        options = [
            discord.SelectOption(label=question.label, value=OneQuestionId.pack_value(reference(question)))
            for question in kind.questions
        ]
        items.append(select(t("Change one of them…"), OneQuestionId(type_key=kind.key), options, row=0))
    is_full = len(kind.questions) >= MAX_QUESTIONS
    items += [
        button(t("Add a question"), AddQuestionId(type_key=kind.key), emoji="➕", disabled=is_full, row=1),
        button(t("Preview the form"), PreviewId(type_key=kind.key), emoji="👁️", row=1),
        *([_in_row(undo_button(change), 1)] if change is not None else []),
    ]
    return Reply(note or None, embed, items)


def one_question(kind: TicketType, ref: str, snapshot: SettingsSnapshot) -> Reply:
    """Show a question, with what can be done with it. Raises QuestionGone."""
    question = find(kind, ref)
    embed = discord.Embed(title=question.label, description=_line(question), colour=colour_of(snapshot))
    if question.hint:
        embed.add_field(name=t("Hint"), value=plain(question.hint))
    of = {"ref": ref, "type_key": kind.key}
    items: list[Item] = [
        button(t("Edit"), EditQuestionId(**of), emoji="✏️"),
        button(t("Move up"), MoveQuestionId(**of), emoji="⬆️", disabled=len(kind.questions) < 2),
        button(t("Remove"), RemoveQuestionId(**of), style=discord.ButtonStyle.danger),
        button(t("Back"), QuestionsId(type_key=kind.key)),
    ]
    return Reply(embed=embed, items=items)


def _in_row(one: discord.ui.Button[Any], row: int) -> discord.ui.Button[Any]:
    one.row = row
    return one


def previewed(kind: TicketType, answers: list[Answer], routed: TicketType, snapshot: SettingsSnapshot) -> Reply:
    """Show what staff would read of a form that was tried out, and where the ticket would go."""
    embed = discord.Embed(title=shortened(kind.name, 200), colour=colour_of(snapshot))
    embed.description = f">>> {plain(description_of(answers), 1000)}" if answers else t("Nothing was filled in.")
    for answer in answers:
        files = tn("{count} file", "{count} files", len(answer.get("files", ())))
        said = answer.get("value") or formats.listed(answer.get("values", ())) or files
        label: str = answer["label"]
        embed.add_field(name=label, value=plain(said, 500), inline=False)
    roles = " ".join(f"<@&{role}>" for role in routed.team_role_ids) or t("all staff")
    to = t("It would go to {roles}, with priority {priority}.", roles=roles, priority=PRIORITIES[routed.priority])
    return Reply(t("This was a preview; no ticket was opened. {to}", to=to), embed)


def routes_changed(kind: TicketType, change: SettingsHistory) -> Reply:
    """Confirm what an answer decides from now on."""
    said = "\n".join(map(_route, kind.routes)) or t("No answer decides anything now.")
    return Reply(t("Routes of {kind}:", kind=name_of(kind)) + f"\n{said}", items=[undo_button(change)])
