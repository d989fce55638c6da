"""The form in which a rule is written. All of it pure."""

import discord

from app.core.messages import t
from app.core.onboarding import limits
from app.core.onboarding.posts import Post
from app.core.onboarding.rules import Rule, text_hash
from app.ui.kit.choices import either
from app.ui.kit.components import form, menu
from app.ui.kit.forms import FilledIn, labelled
from app.ui.onboarding.rules_ids import HASH_LENGTH, RuleFormId, WherePublishFormId

CHANNEL = "channel"
TITLE, TEXT, THUMBNAIL, IMAGE, ENABLED = "title", "text", "thumbnail", "image", "enabled"
YES, NO = "yes", "no"


def seen_as(rule: Rule) -> str:
    """Return what tells whether a rule was changed since."""
    return text_hash([rule, Rule(str(rule.enabled))])[:HASH_LENGTH]


def rule_form(to: RuleFormId, given: FilledIn) -> discord.ui.DesignerModal:
    """Make the form."""
    is_off = given.typed(ENABLED) == NO
    text = discord.ui.InputText(
        custom_id=TEXT,
        style=discord.InputTextStyle.long,
        required=False,
        max_length=limits.MAX_RULE_TEXT,
        value=given.typed(TEXT)[: limits.MAX_RULE_TEXT] or None,
    )
    published, left_out = (YES, t("It is published with the others")), (NO, t("It is left out for now"))
    enabled = either(ENABLED, published, left_out, is_second=is_off)
    address = t("Its address, which begins with https://")
    return form(
        t("New rule") if to.rule_id is None else t("Change the rule"),
        to,
        labelled(t("Title"), _line(TITLE, given, limits.MAX_RULE_TITLE, required=True)),
        labelled(t("Text"), text),
        labelled(t("Small picture beside it"), _line(THUMBNAIL, given, limits.MAX_URL), address),
        labelled(t("Large picture under it"), _line(IMAGE, given, limits.MAX_URL), address),
        labelled(t("Published?"), enabled),
    )


def where_form(given: FilledIn) -> discord.ui.DesignerModal:
    """Make the form that asks where the rules are to be published."""
    places = menu(
        CHANNEL,
        discord.ComponentType.channel_select,
        required=True,
        channel_types=[discord.ChannelType.text, discord.ChannelType.news],
        default_values=given.default_values(CHANNEL, discord.SelectDefaultValueType.channel),
    )
    seen_first = t("You see what will be published before it is.")
    return form(t("Publish the rules"), WherePublishFormId(), labelled(t("Channel"), places, seen_first))


def where_they_are(post: Post | None) -> FilledIn:
    """Return what that form is filled in with."""
    return FilledIn.of({} if post is None else {CHANNEL: [str(post.channel_id)]})


def as_it_is(rule: Rule) -> FilledIn:
    """Return what the form of a rule is filled in with."""
    return FilledIn.of(
        {
            TITLE: rule.title,
            TEXT: rule.text,
            THUMBNAIL: rule.thumbnail_url,
            IMAGE: rule.image_url,
            ENABLED: YES if rule.enabled else NO,
        }
    )


def rule_from(given: FilledIn) -> Rule:
    """Read the form."""
    return Rule(
        title=given.typed(TITLE),
        text=given.typed(TEXT),
        thumbnail_url=given.typed(THUMBNAIL),
        image_url=given.typed(IMAGE),
        enabled=given.typed(ENABLED) != NO,
    )


def _line(name: str, given: FilledIn, longest: int, *, required: bool = False) -> discord.ui.InputText:
    return discord.ui.InputText(
        custom_id=name, required=required, max_length=longest, value=given.typed(name)[:longest] or None
    )
