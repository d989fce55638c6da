"""What managers and members are answered about rules. All of it pure."""

from collections.abc import Sequence
from datetime import datetime

import discord

from app.core import durations
from app.core.messages import t, tn
from app.core.onboarding.acceptances import Acceptance
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.posts import Post
from app.core.onboarding.rules import Rule, Version, shown, text_hash
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot
from app.services.onboarding.versions import PublishedVersion
from app.ui.kit.autocomplete import Suggestion
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button, select
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION, MAX_OPTION
from app.ui.kit.links import link_to
from app.ui.kit.mentions import Mention, written
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened
from app.ui.onboarding.rules_ids import (
    HASH_LENGTH,
    HistoryPageId,
    MoveBackId,
    PublishId,
    PutRuleBackId,
    ShowVersionId,
)
from app.ui.onboarding.rules_post import differences_text, rules_embeds

PAGE_SIZE = 10
MAX_DIFFERENCES = 3000


@record
class Concerned:
    """Whom a new version concerns: members who are done, by the rows, and those who hold the role, by Discord."""

    done: int
    holding: int | None = None


def suggestions(rules: Sequence[Rule]) -> list[Suggestion]:
    """Return rules, to choose one of."""
    return [Suggestion(rule.title, str(rule.id), str(rule.place)) for rule in rules]


def saved(rule: Rule, problem: str, *, is_new: bool) -> Reply:
    """Confirm that a rule was added or changed; `problem` says why all of them could not be published now."""
    title = plain(rule.title)
    if is_new:
        said = t("Rule {place} is added: **{title}**", place=rule.place, title=title)
    else:
        said = t("Rule {place} is changed: **{title}**", place=rule.place, title=title)
    said += "\n" + t("Members see it once you publish: {command}", command=written("rules", "publish"))
    return Reply(f"{said}\n\n⚠️ {problem}" if problem else said)


def moved(rule: Rule, was: int) -> Reply:
    """Confirm that a rule has another place."""
    said = t("**{title}** is rule {place} now; it was rule {was}.", title=plain(rule.title), place=rule.place, was=was)
    return Reply(said, items=[button(t("Undo"), MoveBackId(rule_id=rule.id, place=was, now=rule.place), emoji="↩️")])


def removed(rule: Rule) -> Reply:
    """Confirm that a rule is gone, with its text and a button to put it back."""
    said = t("Rule {place} is removed: **{title}**", place=rule.place, title=plain(rule.title))
    said += "\n" + t("Versions that were published keep it.")
    embed = discord.Embed(description=rule.text) if rule.text else None
    return Reply(said, embed, [button(t("Undo"), PutRuleBackId(rule_id=rule.id), emoji="↩️")])


def put_back(rule: Rule) -> Reply:
    """Confirm that a rule is there again."""
    return Reply(t("Rule {place} is back: **{title}**", place=rule.place, title=plain(rule.title)))


def nothing_new(version: Version, post: Post, guild_id: int) -> Reply:
    """Say that the rules that hold are what would be published, and where they are."""
    link = link_to(guild_id, post.channel_id, post.message_id or 0)
    return Reply(t("Nothing has changed since version {number}. Its post: {link}", number=version.number, link=link))


def confirmation(
    drafts: Sequence[Rule],
    newest: Version | None,
    concerned: Concerned,
    channel_id: int,
    policy: OnboardingPolicy,
    snapshot: SettingsSnapshot,
) -> Reply:
    """Ask whether to publish, with what differs and whom it concerns."""
    rules = shown(drafts)
    lines = [t("In {channel}", channel=f"<#{channel_id}>")]
    if newest is None:
        lines.append(tn("{count} rule is published.", "{count} rules are published.", len(rules)))
    else:
        lines.append(differences_text(newest.rules, rules, MAX_DIFFERENCES))
    left_out = len(drafts) - len(rules)
    if left_out:
        lines.append(tn("{count} rule is left out.", "{count} rules are left out.", left_out))
    lines.append("\n".join(_concerned(concerned, policy)))
    number = 1 if newest is None else newest.number + 1
    embed = discord.Embed(
        title=t("Publish version {number}?", number=number),
        description=shortened("\n\n".join(lines), MAX_EMBED_DESCRIPTION),
        colour=colour_of(snapshot),
    )
    seen = text_hash(rules)[:HASH_LENGTH]
    primary = discord.ButtonStyle.primary
    if not concerned.done:
        only = PublishId(channel_id=channel_id, seen=seen, asks=False)
        return Reply(embed=embed, items=[button(t("Publish"), only, style=primary)])
    asking = PublishId(channel_id=channel_id, seen=seen, asks=True)
    quiet = PublishId(channel_id=channel_id, seen=seen, asks=False)
    return Reply(
        embed=embed,
        items=[
            button(t("Publish, and ask members again"), asking, style=primary),
            button(t("Publish without asking"), quiet),
        ],
    )


def _concerned(concerned: Concerned, policy: OnboardingPolicy) -> list[str]:
    done = tn(
        "{count} member is done, and would have to accept again.",
        "{count} members are done, and would have to accept again.",
        concerned.done,
    )
    lines = [done if concerned.done else t("Nobody is done yet, so nobody has to accept again.")]
    role_id = policy.completion_role_id
    if concerned.holding is not None:
        lines.append(
            tn(
                "By Discord's count, {count} member has {role}.",
                "By Discord's count, {count} members have {role}.",
                concerned.holding,
                role=f"<@&{role_id}>",
            )
        )
        if concerned.holding > concerned.done:
            lines.append(t("Those who got the role in another way see the post, and keep the role whatever they do."))
    if concerned.done:
        grace = durations.spoken(policy.grace)
        if role_id is None:
            lines.append(t("They would have {time}. No role is set that they could lose.", time=grace))
        else:
            lines.append(
                t("They would have {time}, and then lose {role} until they accept.", time=grace, role=f"<@&{role_id}>")
            )
    return lines


def published(version: Version, post: Post | None, guild_id: int, problem: str, *, asked: int) -> Reply:
    """Say that a version holds now; `problem` says why its post does not show it."""
    lines = [t("Version {number} of the rules holds now.", number=version.number)]
    if problem:
        lines.append(t("Its post could not be renewed: {problem}", problem=problem))
        lines.append(t("Post it elsewhere with {command}", command=written("rules", "publish")))
    elif post is not None:
        lines.append(link_to(guild_id, post.channel_id, post.message_id or 0))
    if asked:
        lines.append(
            tn(
                "{count} member is asked to accept again. See how that goes with {command}",
                "{count} members are asked to accept again. See how that goes with {command}",
                asked,
                command=written("rules", "status"),
            )
        )
    return Reply("\n".join(lines))


def posted(post: Post, guild_id: int) -> Reply:
    """Say where the rules are now."""
    link = link_to(guild_id, post.channel_id, post.message_id or 0)
    return Reply(t("The rules are in {channel}: {link}", channel=f"<#{post.channel_id}>", link=link))


def history(versions: Sequence[PublishedVersion], total: int, page: int, snapshot: SettingsSnapshot) -> Reply:
    """Show one page of versions, with a menu to read one and buttons to turn the page."""
    if not total:
        return Reply(t("No rules were published yet. Publish some with {command}", command=written("rules", "publish")))
    lines = [_line(one) for one in versions]
    pages = -(-total // PAGE_SIZE)
    embed = discord.Embed(title=t("Published rules"), description="\n".join(lines), colour=colour_of(snapshot))
    embed.set_footer(text=t("Page {page} of {pages} · {total} in all", page=page + 1, pages=pages, total=total))
    options = [
        discord.SelectOption(
            label=shortened(t("Version {number}", number=one.number), MAX_OPTION),
            description=f"{one.published_at:%Y-%m-%d %H:%M} UTC",
            value=ShowVersionId.pack_value(one.number),
        )
        for one in versions
    ]
    items: list[Item] = [select(t("Read one of them…"), ShowVersionId(), options, row=0)] if options else []
    if pages > 1:
        items.append(button(t("Newer"), HistoryPageId(page=max(page - 1, 0)), disabled=page == 0, row=1))
        items.append(button(t("Older"), HistoryPageId(page=page + 1), disabled=page + 1 >= pages, row=1))
    return Reply(embed=embed, items=items)


def _line(one: PublishedVersion) -> str:
    when = discord.utils.format_dt(one.published_at, "f")
    by = f"<@{one.published_by}>" if one.published_by else t("somebody")
    rules = tn("{count} rule", "{count} rules", one.rules)
    accepted = tn("last accepted by {count} member", "last accepted by {count} members", one.accepted)
    return f"**{t('Version {number}', number=one.number)}** · {when} · {by}\n-# {rules} · {accepted}"


def one_version(version: Version, snapshot: SettingsSnapshot) -> Reply:
    """Show a version as it was published, with the hash of its text."""
    when = discord.utils.format_dt(version.published_at, "f")
    said = t("Version {number} of the rules, published {time}.", number=version.number, time=when)
    first, *more = rules_embeds(version.rules, snapshot)
    return Reply(f"{said}\n-# SHA-256 `{version.hash}`", first, more=more)


def accepted(version: int, at: datetime, *, is_new: bool, has_more: bool, mention: Mention = written) -> Reply:
    """Tell a member that they accepted the rules, now or before."""
    when = discord.utils.format_dt(at, "f")
    if is_new:
        said = t("Thank you: you have accepted version {number} of the rules.", number=version)
    else:
        said = t("You accepted version {number} of the rules already, {time}.", number=version, time=when)
    if has_more:
        said += "\n" + t("There is more to do: go on with {command}", command=mention("onboarding", "start"))
    return Reply(said)


def what_is_new(version: Version, earlier: Version | None, snapshot: SettingsSnapshot) -> Reply:
    """Show a member what differs from the version that they accepted, or from the one before."""
    if earlier is None or earlier.number >= version.number:
        return Reply(t("You have accepted these rules, and nothing is new since."))
    title = t("New since version {number}", number=earlier.number)
    text = differences_text(earlier.rules, version.rules, MAX_DIFFERENCES)
    return Reply(embed=discord.Embed(title=title, description=text, colour=colour_of(snapshot)))


def own_acceptances(
    accepted: Sequence[Acceptance], newest: Version | None, link: str, snapshot: SettingsSnapshot
) -> Reply:
    """Show a member which versions they accepted, and when."""
    if not accepted:
        return Reply(" ".join([t("You have accepted no rules here."), link]).strip())
    lines = [
        t(
            "**Version {number}**, {time}",
            number=one.version,
            time=discord.utils.format_dt(one.at, "f"),
        )
        + (f"\n-# SHA-256 `{one.hash}`" if one.hash else "")
        for one in list(accepted)[: -PAGE_SIZE - 1 : -1]
    ]
    if newest is not None and accepted[-1].version < newest.number:
        lines.insert(
            0,
            t(
                "Version {number} is new, and you have not accepted it yet: {link}",
                number=newest.number,
                link=link or t("it is not posted"),
            ),
        )
    options = [
        discord.SelectOption(
            label=t("Version {number}", number=one.version), value=ShowVersionId.pack_value(one.version)
        )
        for one in list(accepted)[: -PAGE_SIZE - 1 : -1]
    ]
    embed = discord.Embed(title=t("Rules that you accepted"), description="\n".join(lines), colour=colour_of(snapshot))
    return Reply(embed=embed, items=[select(t("Read one of them…"), ShowVersionId(), options)])


def status(
    drafts: Sequence[Rule],
    newest: Version | None,
    post: Post | None,
    lines: Sequence[str],
    items: Sequence[Item],
    snapshot: SettingsSnapshot,
) -> Reply:
    """Show what managers work on, what holds, where it is posted, and how far members are with a new version."""
    parts: list[str] = []
    if newest is None:
        parts.append(t("No rules were published yet."))
    else:
        when = discord.utils.format_dt(newest.published_at, "f")
        said = t("Version {number} holds, since {time}.", number=newest.number, time=when)
        if post is None:
            said += "\n" + t("It is not posted. Post it with {command}", command=written("rules", "publish"))
        else:
            said += "\n" + link_to(snapshot.guild_id, post.channel_id, post.message_id or 0)
        parts.append(said)
    parts += lines
    listed = [_draft(rule) for rule in drafts]
    if listed:
        parts.append(t("**Rules**") + "\n" + "\n".join(listed))
    if newest is not None and text_hash(shown(drafts)) != newest.hash:
        parts.append(t("They were changed since, and are not published."))
    embed = discord.Embed(
        title=t("Rules of this server"),
        description=shortened("\n\n".join(parts), MAX_EMBED_DESCRIPTION),
        colour=colour_of(snapshot),
    )
    return Reply(embed=embed, items=items)


def _draft(rule: Rule) -> str:
    title = plain(rule.title, 100)
    return (
        f"{rule.place}\\. {title}"
        if rule.enabled
        else t("{place}\\. ~~{title}~~ (left out)", place=rule.place, title=title)
    )
