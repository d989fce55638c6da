"""What staff see of one member: state, answers, accepted rules, roles."""

from collections.abc import Callable, Sequence
from datetime import datetime

import discord

from app.core import formats
from app.core.messages import t, tc, tn
from app.core.onboarding.answers import Answer
from app.core.onboarding.funnel import RULES_STEP, SUMMARY_STEP
from app.core.onboarding.grants import Grant, Stage, What
from app.core.onboarding.member_record import MemberRecord
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.colours import colour_of
from app.ui.kit.limits import MAX_FIELD_VALUE
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.text import plain
from app.ui.onboarding.states import STATES

MAX_ANSWERS = 2400
"""Characters of the answers in the message; the rest is in a file. An embed has 6,000 in all (Discord)."""
MAX_ANSWER, MAX_QUESTION = 300, 150
MAX_REASON = 120


def report(record: MemberRecord, snapshot: SettingsSnapshot, title: str | None = None) -> Reply:
    """Say what is known of a member. Answers that have no room are in a file, which has all of them in full."""
    embed = discord.Embed(title=title or t("How a member joined"), colour=colour_of(snapshot))
    shown, is_whole = _answers(record)
    embed.description = "\n".join([f"<@{record.user_id}>", *shown])
    embed.add_field(name=t("State"), value=_state(record), inline=False)
    if record.acceptances or record.asked_version is not None:
        embed.add_field(name=t("Rules"), value=_rules(record), inline=False)
    if record.grants:
        embed.add_field(name=t("Roles and channels"), value=_listed(record.grants, _grant), inline=False)
    files = [] if is_whole else [Attachment("answers.txt", _file(record))]
    return Reply(embed=embed, attachments=files)


def _answers(record: MemberRecord) -> tuple[list[str], bool]:
    """Return the answers in lines, and whether that is all of them, in full."""
    pairs = [(answer.question, _answer(answer)) for _, answer in record.answers]
    pairs += [(_key(one.key), one.text) for one in record.legacy]
    if not pairs:
        return [t("No answers are stored.")], True
    said, is_whole = list[str](), True
    for question, answer in pairs:
        line = f"**{plain(question, MAX_QUESTION)}**\n{plain(answer, MAX_ANSWER) or '–'}"
        if sum(map(len, said)) + len(line) > MAX_ANSWERS:
            said.append(t("The rest is in the file."))
            return said, False
        is_whole = is_whole and len(answer) <= MAX_ANSWER and len(question) <= MAX_QUESTION
        said.append(line)
    return said, is_whole


def _answer(answer: Answer) -> str:
    return answer.in_words or t("(left out)")


def _key(key: str) -> str:
    """Name an answer of the predecessor, which knew questions by their number or by a word."""
    return t("Question {number}", number=key) if key.isascii() and key.isdigit() else key


def _state(record: MemberRecord) -> str:
    said = [str(STATES[record.state])]
    if record.state == "asked" and record.joined_at is None and record.could_begin_at is None:
        said = [t("accepted the rules, and is asked nothing else")]
    elif record.state == "started" and (where := _where(record)):
        said = [t("has begun, and is at: {step}", step=where)]
    elif record.state == "left" and record.completed_at is None and (where := _where(record)):
        said = [t("left, at: {step}", step=where)]
    if record.completed_by is not None:
        said.append(t("let in by {member} without answers", member=f"<@{record.completed_by}>"))
    done, joined = record.completed_at or record.answered_at, record.joined_at
    is_back = joined is not None and any(at is not None and at < joined for at in (record.started_at, done))
    moments = (
        (t("Came back") if is_back else t("Joined"), joined),
        (t("Could begin"), record.could_begin_at),
        (t("Started"), record.started_at),
        (tc("a moment", "Done"), done),
        (t("Left"), record.left_at),
    )
    # In the order in which it was: who came back was done before that.
    known = sorted(((at, label) for label, at in moments if at is not None), key=lambda one: one[0])
    return "\n".join([*said, *(formats.labelled(label, _moment(at)) for at, label in known)])


def _where(record: MemberRecord) -> str:
    if record.step == RULES_STEP:
        return t("Rules")
    return t("Summary") if record.step == SUMMARY_STEP else plain(record.question, MAX_QUESTION)


def _rules(record: MemberRecord) -> str:
    said = list[str]()
    if record.asked_version is not None and record.accept_by is not None:
        until = _moment(record.accept_by)
        said.append(t("Has to accept version {version} until {moment}.", version=record.asked_version, moment=until))
    for one in reversed(record.acceptances):
        line = t("Version {version}, {moment}", version=one.version, moment=_moment(one.at))
        proof = f"`{one.hash}`" + (f" · {plain(one.locale, 10)}" if one.locale else "")
        said.append(f"{line}\n-# {proof}" if one.hash else line)
    return _fitting(said)


def _grant(grant: Grant) -> str:
    what = f"<@&{grant.id}>" if grant.what is What.ROLE else f"<#{grant.id}>"
    if grant.stage is Stage.REFUSED:
        reason = plain(grant.reason, MAX_REASON) or "?"
        if grant.give:
            return t("⚠️ {what}: could not be given, and is tried again. {reason}", what=what, reason=reason)
        return t("⚠️ {what}: could not be taken, and is tried again. {reason}", what=what, reason=reason)
    if grant.stage is not Stage.SEEN:
        return t("⏳ {what}: on its way", what=what) if grant.give else t("⏳ {what}: is being taken", what=what)
    return t("✅ {what}: given", what=what) if grant.give else t("✅ {what}: taken", what=what)


def _listed(grants: Sequence[Grant], say: Callable[[Grant], str]) -> str:
    """Say the intentions, those that were refused first."""
    return _fitting([say(one) for one in sorted(grants, key=lambda one: one.stage is not Stage.REFUSED)])


def _fitting(lines: Sequence[str]) -> str:
    """Join lines, as many as a field has room for."""
    said = list[str]()
    for line in lines:
        if sum(len(one) + 1 for one in said) + len(line) > MAX_FIELD_VALUE - 60:
            break
        said.append(line)
    if rest := len(lines) - len(said):
        said.append(tn("… and {count} more", "… and {count} more", rest))
    return "\n".join(said)


def _moment(moment: datetime) -> str:
    return discord.utils.format_dt(moment, "f")


def _file(record: MemberRecord) -> bytes:
    pairs = [(answer.question, _answer(answer)) for _, answer in record.answers]
    pairs += [(_key(one.key), one.text) for one in record.legacy]
    return "\n\n".join(f"{question}\n{answer}" for question, answer in pairs).encode(errors="replace")
