"""The messages of onboarding that stay. They are kept among the settings, which know their history."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.errors import Conflict, LimitReached
from app.core.onboarding import limits
from app.core.onboarding.errors import PanelNotFound
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.posts import POSTS, RULES, Post, checked
from app.models import SettingsHistory
from app.services.onboarding.managing import require_manager
from app.services.structures import Settings, next_key, require_change, structure, wait_for_others


class PostService:
    """Adds, changes and removes the post of the rules, and panels to begin with."""

    def __init__(self, session: AsyncSession, settings: Settings) -> None:
        self._session = session
        self._settings = settings

    async def add(self, actor: Actor, post: Post) -> tuple[Post, SettingsHistory]:
        """Write down a post whose message is to be posted: that of the rules by its key, or another panel.

        Raises ManagersOnly, InvalidInput, LimitReached, and Conflict when the rules have a post already.
        """
        policy = await self._locked(actor)
        if post.key == RULES:
            if policy.rules_post is not None:
                raise Conflict("The rules have a post already.")
            key = RULES
        else:
            if len(policy.panels) >= limits.MAX_PANELS:
                raise LimitReached("A server has at most {count} panels. Remove one first.", count=limits.MAX_PANELS)
            key = await next_key(self._session, actor.guild_id, POSTS)
        made = replace(checked(post), key=key, message_id=None)
        return made, await self._write(actor, made)

    async def change(self, actor: Actor, key: str, change: Callable[[Post], Post]) -> tuple[Post, SettingsHistory]:
        """Change a post as it is now. Raises ManagersOnly, PanelNotFound, InvalidInput, Conflict."""
        found = (await self._locked(actor)).posts.get(key)
        if found is None:
            raise PanelNotFound
        made = checked(replace(change(found), key=key))
        return made, await self._write(actor, made, old=found)

    async def posted(self, post: Post, change: SettingsHistory, message_id: int) -> Post:
        """Write down the message of a post, as a part of the change for which it was posted. Raises ChangedSince."""
        made = replace(post, message_id=message_id)
        await self._settings.complete(change, made.to_json())
        return made

    async def amend(self, guild_id: int, was: Post, post: Post) -> bool:
        """Write down what nobody chose, such as the version that the post of the rules shows; no line of the history.

        Tells whether the post was still as it was.
        """
        return await self._settings.amend(guild_id, structure(POSTS, was.key), was.to_json(), post.to_json())

    async def remove(self, actor: Actor, key: str) -> tuple[Post, SettingsHistory]:
        """Remove a post. Raises ManagersOnly, PanelNotFound."""
        found = (await self._locked(actor)).posts.get(key)
        if found is None:
            raise PanelNotFound
        return found, await self._settings.reset(actor, structure(POSTS, key))

    async def _locked(self, actor: Actor) -> OnboardingPolicy:
        require_manager(actor)
        await wait_for_others(self._session, actor.guild_id)
        return OnboardingPolicy.of(await self._settings.get_snapshot(actor.guild_id))

    async def _write(self, actor: Actor, made: Post, *, old: Post | None = None) -> SettingsHistory:
        require_change(made, old)
        return await self._settings.change(actor, structure(POSTS, made.key), made.to_json())
