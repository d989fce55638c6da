"""The messages of onboarding that stay: the post of the rules, and panels to begin with.

Each is a JSON object among the server's settings (see `app.core.registry`), so that it has a history.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Self

from app.core.checks import PANEL, Place, Step
from app.core.messages import msg
from app.core.onboarding import limits
from app.core.records import record
from app.core.settings.kinds import MAX_ID
from app.core.settings.snapshot import SettingsSnapshot
from app.core.settings.structures import Carried, Field, Holds, Problems, panel_texts
from app.core.storable import is_storable

POSTS = "onboarding_posts"
"""The scope of the settings."""
RULES = "rules"
"""The key of the post of the rules; panels have numbers."""


@record
class Post:
    """One message that stays. `version` is that of the rules that it shows."""

    key: str
    channel_id: int
    message_id: int | None = None
    title: str = ""
    text: str = ""
    version: int | None = None

    @classmethod
    def from_json(cls, key: str, found: Mapping[str, Any]) -> Self:
        """Read one. Raises ValueError."""
        title, text = found.get("title", ""), found.get("text", "")
        if not isinstance(title, str) or len(title) > limits.MAX_PANEL_TITLE or not is_storable(title):
            raise ValueError("not a title")
        if not isinstance(text, str) or len(text) > limits.MAX_PANEL_TEXT or not is_storable(text):
            raise ValueError("not a text")
        message_id, version = found.get("message_id"), found.get("version")
        return cls(
            key=key,
            channel_id=_number(found.get("channel_id")),
            message_id=None if message_id is None else _number(message_id),
            title=title,
            text=text,
            version=None if version is None else _number(version),
        )

    def to_json(self) -> dict[str, Any]:
        """Write it as the settings hold it."""
        given = {"message_id": self.message_id, "title": self.title, "text": self.text, "version": self.version}
        return {"channel_id": self.channel_id, **{name: value for name, value in given.items() if value}}


def places(key: str, found: Mapping[str, Any]) -> Iterator[Place]:
    """Return the channel of a post."""
    post = Post.from_json(key, found)
    name, title = f"{POSTS}.{key}", post.title
    if key == RULES:
        again = msg("Post the rules again in another channel with `/rules publish`.")
        yield Place(name, msg("The post of the rules"), post.channel_id, PANEL, title=title, again=again)
        return
    again = msg("Post it again in another channel with `/onboarding panel post`, or remove it.")
    steps = (Step.CLEAR,)
    yield Place(name, msg("Onboarding panel"), post.channel_id, PANEL, title=title, steps=steps, again=again)


def _number(found: Any) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or not 0 < found <= MAX_ID:
        raise ValueError("not a number")
    return found


def checked(post: Post) -> Post:
    """Return a post as it is stored. Raises InvalidInput."""
    title, text = panel_texts(
        *(post.title, post.text),
        most_title=limits.MAX_PANEL_TITLE,
        most_text=limits.MAX_PANEL_TEXT,
        is_titled=post.key != RULES,
    )
    return replace(post, title=title, text=text)


def _overfull(before: SettingsSnapshot, after: SettingsSnapshot) -> Problems:
    """Say of which panels there would be too many: the post of the rules is none."""
    had, has = before.structures(POSTS), [key for key in after.structures(POSTS) if key != RULES]
    why = msg("That would be more than {count}, which is as many as a server may have.", count=limits.MAX_PANELS)
    return {f"{POSTS}.{key}": why for key in has[limits.MAX_PANELS :] if key not in had}


CARRIED = Carried(
    in_files=True,
    goes_back=True,
    fields={
        "title": Field(msg("Title")),
        "text": Field(msg("Text")),
        "channel_id": Field(msg("Channel"), Holds.CHANNEL),
        "message_id": Field(msg("Message"), Holds.POSTED),
        "version": Field(msg("Version"), Holds.POSTED),
    },
    sample={"channel_id": 1},
    left_out={RULES: msg("the rules are posted with `/rules publish`, which asks members to accept them")},
    checked=lambda key, found: checked(Post.from_json(key, found)).to_json(),
    together=_overfull,
    stays=msg("Its message is deleted."),
    posts=msg("If its message is not there, it is posted."),
)
"""Panels to begin with are what somebody chose. The post of the rules follows from the versions of the rules."""
