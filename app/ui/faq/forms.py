"""The form in which an entry is written, filled in with what is so or with what was typed before. All pure."""

from dataclasses import replace

import discord

from app.core.faq import limits
from app.core.faq.drafts import JOINED, read_keywords
from app.core.faq.entries import Draft
from app.core.messages import t
from app.ui.faq.entry_ids import Target, WriteFormId
from app.ui.kit.components import form
from app.ui.kit.forms import FilledIn, labelled

TITLE, ANSWER, KEYWORDS, CATEGORY, IMAGE = "title", "answer", "keywords", "category", "image"


def entry_form(target: Target, given: FilledIn) -> discord.ui.DesignerModal:
    """Make the form. What comes back is shown before anything is saved: see `WriteFormId`."""
    title = _text(TITLE, given, limits.MAX_TITLE)
    answer = _text(ANSWER, given, limits.MAX_ANSWER, style=discord.InputTextStyle.long)
    keywords = _text(KEYWORDS, given, limits.MAX_KEYWORDS_TOGETHER, required=False, style=discord.InputTextStyle.long)
    category = _text(CATEGORY, given, limits.MAX_CATEGORY, required=False)
    image = _text(IMAGE, given, limits.MAX_IMAGE_URL, required=False)
    cut = len(given.typed(ANSWER)) > limits.MAX_ANSWER
    return form(
        t("Change an entry") if target.entry_id is not None else t("A new entry of the FAQ"),
        WriteFormId(target=target),
        labelled(t("Title"), title, t("The question, as people ask it.")),
        labelled(
            t("Answer"),
            answer,
            t("The end did not fit into this form, and is lost if you save.")
            if cut
            else t("With all of Discord's formatting."),
        ),
        labelled(t("Keywords and other names"), keywords, t("Other words for it, with commas: it is found by them.")),
        labelled(t("Category"), category, t("Lists are arranged by it.")),
        labelled(t("Address of an image"), image, t("It begins with https://.")),
    )


def filled_in(draft: Draft) -> FilledIn:
    """Return what the form of an entry is filled in with."""
    return FilledIn.of(
        {
            TITLE: draft.title,
            ANSWER: draft.answer,
            KEYWORDS: JOINED.join(draft.keywords),
            CATEGORY: draft.category or "",
            IMAGE: draft.image_url or "",
        }
    )


def draft_from(given: FilledIn, old: Draft) -> Draft:
    """Read an entry; what is not in the form is as it was."""
    return replace(
        old,
        title=given.typed(TITLE),
        answer=given.typed(ANSWER),
        keywords=read_keywords(given.typed(KEYWORDS)),
        category=given.typed(CATEGORY),
        image_url=given.typed(IMAGE),
    )


def chosen_beside(target: Target, old: Draft) -> Draft:
    """Return an entry with what was chosen beside the form; what was not is as it was."""
    if target.owner_user_id is not None or target.owner_role_id is not None:
        old = replace(old, owner_user_id=target.owner_user_id, owner_role_id=target.owner_role_id)
    return replace(old, verify_by=target.verify_by or old.verify_by, language=target.language or old.language)


def _text(
    name: str,
    given: FilledIn,
    most: int,
    *,
    required: bool = True,
    style: discord.InputTextStyle = discord.InputTextStyle.short,
) -> discord.ui.InputText:
    return discord.ui.InputText(
        custom_id=name, style=style, required=required, max_length=most, value=given.typed(name)[:most] or None
    )
