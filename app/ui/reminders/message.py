"""The message that a reminder becomes: whom it pings, what it says, and its buttons. All of it pure."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

import discord

from app.core import durations
from app.core.errors import NotAllowed
from app.core.messages import msg, t, tn
from app.core.records import record
from app.core.reminders.delivery import StepKind
from app.core.reminders.errors import ForSomebodyElse, OwnerOnly, StaffOnly
from app.core.reminders.policy import ReminderPolicy
from app.models import Reminder, TargetKind
from app.services.reminders.answers import Rights
from app.services.reminders.draft import has_title
from app.services.reminders.due import Delivery
from app.ui.kit.components import Item, button, written, written_row
from app.ui.kit.ids import ButtonId
from app.ui.kit.limits import MAX_CONTENT, MAX_EMBED_DESCRIPTION, MAX_EMBED_TITLE, MAX_FIELD_VALUE, MAX_MENTIONS
from app.ui.kit.links import link_to
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, quoted, shortened, tamed
from app.ui.reminders.ids import AskSnoozeId, DoneId, EditId, InDirect, JoinId, MoreId, SkipId, SnoozeId, TomorrowId
from app.ui.reminders.lines import can_be_skipped, line_of

SNOOZES = ((10, msg("Snooze 10 min")), (60, msg("Snooze 1 h")))
LONGER_SNOOZES = ((180, msg("Snooze 3 h")),)
LATE = timedelta(minutes=1)
"""A message that comes later than this says so."""
MARK = "\0"
"""Stands for what differs from heading to heading; no text has it."""


def allowing(users: Sequence[int] = (), roles: Sequence[int] = (), *, everyone: bool = False) -> dict[str, Any]:
    """Return whom a message may ping, as Discord wants it; its being a reply pings nobody."""
    # https://discord.com/developers/docs/resources/message#allowed-mentions-object
    return {"parse": ["everyone"] if everyone else [], "users": list(users), "roles": list(roles)}


@record
class Outgoing:
    """A message to be sent into a channel, and whom it may ping.

    Buttons and mentions are as Discord wants them, because there are thousands of these, and what py-cord makes of both
    takes longer than all else about them.
    """

    content: str
    embed: discord.Embed | None = None
    buttons: Sequence[dict[str, Any]] = ()
    mentions: dict[str, Any] = field(default_factory=allowing)
    reference: discord.MessageReference | None = None
    """What it is a reply to."""

    def payload(self) -> dict[str, Any]:
        """Return it as Discord wants it."""
        payload: dict[str, Any] = {"content": self.content, "allowed_mentions": self.mentions}
        if self.embed is not None:
            payload["embeds"] = [self.embed.to_dict()]
        if self.buttons:
            payload["components"] = written_row(*self.buttons)
        if self.reference is not None:
            payload["message_reference"] = self.reference.to_message_reference_dict()
        return payload

    @property
    def ids(self) -> set[str]:
        """What its buttons are about; no other reminder's message has any of them."""
        return {button["custom_id"] for button in self.buttons if "custom_id" in button}


def due(
    delivery: Delivery,
    policy: ReminderPolicy,
    *,
    in_direct: bool,
    because: str | None = None,
    server: str | None = None,
) -> Outgoing:
    """Make the message for what is due. `because` says why the author gets it instead of a channel.

    What others read is a quote of its author, so that the bot lends its voice to nobody. A direct message names its
    `server`.
    """
    reminder = delivery.reminder
    pings, mentions = ([], allowing()) if because else whom(delivery, policy, in_direct=in_direct)
    is_own = in_direct and (because is not None or reminder.recipient == reminder.created_by)
    facts = [*_origin(reminder, server if in_direct else None, is_own=is_own), *_notes(delivery)]
    notes = [f"-# {note}" for note in [*facts, *(_instead(delivery, because) if because else [])]]
    heading = _heading(delivery)
    words = said(reminder) if is_own else quoted(said(reminder))
    text = "\n".join(part for part in [" ".join([*pings, *heading]), words, *notes] if part)
    embed = None
    if is_from_before(reminder) or has_title(reminder) or reminder.location or len(text) > MAX_CONTENT:
        embed = _embed(reminder, is_own=is_own)
        text = "\n".join(part for part in [" ".join([*pings, *heading]), *notes] if part)
    row = [written(label, to, style) for label, to, style in _row(reminder, in_direct=in_direct)]
    return Outgoing(text, embed, row, mentions, None if in_direct else _replied_to(reminder))


def whom(delivery: Delivery, policy: ReminderPolicy, *, in_direct: bool) -> tuple[list[str], dict[str, Any]]:
    """Return the pings of a message, and the same as what Discord is told to allow. Nothing else pings."""
    reminder = delivery.reminder
    users = [user for user in reminder.subscribers if not in_direct]
    roles: list[int] = []
    everyone = False
    match reminder.target_kind:
        case TargetKind.MEMBER if reminder.target_id is not None and not in_direct:
            users = [reminder.target_id, *(user for user in users if user != reminder.target_id)]
        case TargetKind.ROLE if reminder.target_id is not None and not in_direct:
            roles.append(reminder.target_id)
        case TargetKind.EVERYONE:
            everyone = policy.everyone and not in_direct
        case _:
            pass
    is_last_try = delivery.step.kind is StepKind.REPEAT and _is_last_repeat(reminder)
    if is_last_try and reminder.escalate_role_id is not None and not in_direct:
        roles.append(reminder.escalate_role_id)
    pings = ["@everyone"] * everyone + [f"<@&{role}>" for role in roles] + [f"<@{user}>" for user in users]
    return pings, allowing(users[:MAX_MENTIONS], roles, everyone=everyone)


def said(reminder: Reminder) -> str:
    """Return what a reminder says."""
    return reminder.message or reminder.name


def is_from_before(reminder: Reminder) -> bool:
    """Tell whether it came from the predecessor, whose reminders have a name, an event and a place."""
    return reminder.phrase is None and reminder.snooze_of is None


def told(reminder: Reminder, sentence: str) -> str:
    """Tell the author about a reminder that could not be delivered."""
    name, number = plain(reminder.name, 100), reminder.id
    lost = t("Your reminder *{name}* (#{number}) could not be delivered.", name=name, number=number)
    return f"{lost} {sentence}\n-# {t('It is kept. Use `/reminder problems` in its server to see what you can do.')}"


def buttons(reminder: Reminder, *, in_direct: bool) -> list[Item]:
    """Make the one row of buttons under a delivered reminder; the rest is behind the last of them."""
    return [
        discord.ui.Button(label=label, url=to) if isinstance(to, str) else button(label, to, style=style)
        for label, to, style in _row(reminder, in_direct=in_direct)
    ]


def _row(reminder: Reminder, *, in_direct: bool) -> list[tuple[str, ButtonId | str, discord.ButtonStyle]]:
    about, grey = _about(reminder, in_direct=in_direct), discord.ButtonStyle.secondary
    row: list[tuple[str, ButtonId | str, discord.ButtonStyle]] = [
        (t("Done"), DoneId(**about), discord.ButtonStyle.success),
        *((str(label), SnoozeId(minutes=minutes, **about), grey) for minutes, label in SNOOZES),
        (t("More …"), MoreId(**about), grey),
    ]
    if reminder.origin_message_id is not None and reminder.origin_channel_id is not None:
        link = link_to(reminder.guild_id, reminder.origin_channel_id, reminder.origin_message_id)
        row.append((t("Go to message"), link, grey))
    return row


def not_theirs(reminder: Reminder, *, changes: bool) -> NotAllowed:
    """Return the refusal that says whose it is, to somebody who may not answer it, or not change it."""
    if reminder.created_by is not None and (changes or reminder.target_kind is None):
        return OwnerOnly(owner=f"<@{reminder.created_by}>")
    if reminder.target_kind is None:
        return StaffOnly()
    sign = "@&" if reminder.target_kind is TargetKind.ROLE else "@"
    return ForSomebodyElse(whom=f"<{sign}{reminder.target_id}>")


def more(rights: Rights, user_id: int, *, in_direct: bool) -> Reply:
    """Offer what else this person may do with a delivered reminder, and what fits it."""
    reminder = rights.reminder
    is_pinged = reminder.target_kind is TargetKind.MEMBER and reminder.target_id == user_id
    about = _about(reminder, in_direct=in_direct)
    items: list[Item] = []
    if rights.may_answer:
        items += [
            *(button(str(label), SnoozeId(minutes=minutes, **about), row=0) for minutes, label in LONGER_SNOOZES),
            button(t("Tomorrow morning"), TomorrowId(**about), row=0),
            button(t("Snooze …"), AskSnoozeId(**about), row=0),
        ]
    if rights.may_change:
        if can_be_skipped(reminder) and reminder.next_at is not None:
            items.append(button(t("Skip next"), SkipId(at=reminder.next_at, **about), row=1))
        place = InDirect(reminder.guild_id) if in_direct else None
        label = t("Edit") if reminder.is_unfinished else t("Send it at another time …")
        items.append(button(label, EditId(reminder_id=reminder.id, place=place), row=1))
    if rights.may_join and (rights.has_joined or not is_pinged):
        items.append(join_button(reminder, joins=not rights.has_joined))
    if not items:
        return Reply(str(not_theirs(reminder, changes=False)))
    return Reply(line_of(reminder), items=items)


def join_button(reminder: Reminder, *, joins: bool) -> Item:
    """Make the button with which somebody joins, or leaves."""
    about = JoinId(reminder_id=reminder.id, joins=joins)
    if joins:
        return button(t("Me too"), about, row=1, emoji="🙋")
    return button(t("Do not ping me"), about, row=1)


def joined(reminder: Reminder, *, joins: bool) -> Reply:
    """Confirm that somebody joined, or left, with a button that takes it back."""
    items = [join_button(reminder, joins=not joins)]
    if not joins:
        return Reply(t("You will no longer be pinged."), items=items)
    if reminder.next_at is None:
        return Reply(t("You will be pinged as well next time."), items=items)
    time = discord.utils.format_dt(reminder.next_at, "f")
    return Reply(t("You will be pinged as well on {time}.", time=time), items=items)


def _about(reminder: Reminder, *, in_direct: bool) -> dict[str, Any]:
    return {"reminder_id": reminder.id, "guild_id": reminder.guild_id if in_direct else None}


def done(
    reminder: Reminder, shown: str, user_id: int, *, in_direct: bool, cancelled: Sequence[datetime] = ()
) -> tuple[str, discord.ui.View]:
    """Return what a delivered message says once somebody pressed Done, and the buttons that stay.

    `cancelled` is until when it had been snoozed.
    """
    content = f"{shown}\n-# {t('✅ Done: {member}', member=f'<@{user_id}>')}"
    for until in cancelled:
        content += f"\n-# {t('The snooze until {time} is cancelled.', time=discord.utils.format_dt(until, 'f'))}"
    items = [
        item
        for item in buttons(reminder, in_direct=in_direct)
        if not (getattr(item, "custom_id", None) or "").startswith(DoneId.route)
    ]
    return content if len(content) <= MAX_CONTENT else shown, discord.ui.View(*items, timeout=None, store=False)


def kind_of(content: str) -> StepKind:
    """Return which kind of message of a reminder it is, by its heading."""
    first, *_ = content.splitlines() or [""]
    headings = {
        StepKind.WARNING: t("**Coming up {time}:**", time=MARK),
        StepKind.REPEAT: t("**Still waiting for *Done* ({number}):**", number=MARK),
    }
    found = (kind for kind, said in headings.items() if all(part in first for part in said.split(MARK)))
    return next(found, StepKind.OCCURRENCE)


def _heading(delivery: Delivery) -> list[str]:
    if delivery.step.kind is StepKind.WARNING:
        return [t("**Coming up {time}:**", time=discord.utils.format_dt(delivery.step.at, "R"))]
    if delivery.step.kind is StepKind.REPEAT:
        return [t("**Still waiting for *Done* ({number}):**", number=delivery.reminder.repeats + 1)]
    return []


def _origin(reminder: Reminder, server: str | None, *, is_own: bool) -> list[str]:
    """Say whose it is, unless they are the only one who gets it, and of which server."""
    server = plain(server) if server is not None else None
    author = f"<@{reminder.created_by}>" if reminder.created_by is not None else None
    alone = reminder.target_kind is TargetKind.MEMBER and not reminder.is_for_others
    if author is None or is_own or alone:
        return [t("In {server}", server=server)] if server is not None else []
    return [
        t("From {member} in {server}", member=author, server=server) if server else t("From {member}", member=author)
    ]


def _notes(delivery: Delivery) -> list[str]:
    notes: list[str] = []
    if delivery.late >= LATE:
        late = timedelta(minutes=int(delivery.late.total_seconds() // 60))
        due_at = discord.utils.format_dt(delivery.last, "f")
        notes.append(t("{length} late: it was due on {time}.", length=durations.spoken(late), time=due_at))
    if delivery.missed:
        notes.append(
            tn(
                "It also replaces one earlier message that could not be sent.",
                "It also replaces {count} earlier messages that could not be sent.",
                delivery.missed,
            )
        )
    if delivery.reminder.skipped:
        notes.append(
            tn(
                "One earlier message was not sent because it was too late.",
                "{count} earlier messages were not sent because it was too late.",
                delivery.reminder.skipped,
            )
        )
    return notes


def _instead(delivery: Delivery, because: str) -> list[str]:
    """Say why the author gets it, and what that means for what is still to come."""
    if delivery.step.kind is StepKind.WARNING:
        return [because]
    if not delivery.is_last:
        return [because, t("It will not be sent again until you fix this with `/reminder problems` in its server.")]
    if delivery.reminder.is_for_others:
        return [because, t("Nobody else got it. Use `/reminder problems` in its server to send it to them.")]
    return [because]


def _replied_to(reminder: Reminder) -> discord.MessageReference | None:
    """Return the message that it is about, if that is in the channel it goes to."""
    if reminder.origin_message_id is None or reminder.origin_channel_id != reminder.channel_id:
        return None
    return discord.MessageReference(
        message_id=reminder.origin_message_id,
        channel_id=reminder.channel_id,
        guild_id=reminder.guild_id,
        fail_if_not_exists=False,
    )


def _is_last_repeat(reminder: Reminder) -> bool:
    return reminder.repeats + 1 >= (reminder.repeat_most or 0)


def _embed(reminder: Reminder, *, is_own: bool) -> discord.Embed:
    title = reminder.name if has_title(reminder) or not reminder.message else ""
    words = reminder.message or ""
    if words and not is_own:
        # One mark for all lines: one for each could be more than fits.
        words = f">>> {tamed(words, MAX_EMBED_DESCRIPTION - 4)}"
    embed = discord.Embed(
        title=tamed(title, MAX_EMBED_TITLE) or None,
        description=shortened(words, MAX_EMBED_DESCRIPTION) or None,
        colour=discord.Colour.blurple(),
    )
    if reminder.event_time is not None and is_from_before(reminder):
        embed.add_field(name=t("When"), value=discord.utils.format_dt(reminder.event_time, "f"))
    if reminder.location:
        embed.add_field(name=t("Where"), value=shortened(plain(reminder.location, MAX_FIELD_VALUE), MAX_FIELD_VALUE))
    if not embed.title and not embed.description:
        embed.description = t("A reminder without text.")
    return embed
