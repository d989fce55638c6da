"""Whether channels and roles that were just picked are right, by what the interaction itself says of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import discord

from app.core import registry
from app.core.checks import ChannelUse, Finding, Place, Readers, RoleUse, Severity, Step
from app.core.errors import InvalidInput
from app.core.records import record
from app.core.settings.kinds import Kind, Setting, Value
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.context import present
from app.ui.kit.judging import Server, judge
from app.ui.kit.limits import MAX_CONTENT
from app.ui.kit.listing import fitting
from app.ui.onboarding.places import check_roles
from app.ui.setup.state import in_a_line

AROUND = 200
"""Characters that are kept for what is said around a list of problems, in any language."""
KINDS: Mapping[int, type[Any]] = {
    discord.ChannelType.text.value: discord.TextChannel,
    discord.ChannelType.news.value: discord.TextChannel,
    discord.ChannelType.category.value: discord.CategoryChannel,
    discord.ChannelType.forum.value: discord.ForumChannel,
}


@record
class Problems:
    """What is not right, put into words when it is shown."""

    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        """Say each in a line of its own, with what mends it; as many as a message holds."""
        return fitting([f"⚠️ {in_a_line(one)}" for one in self.findings], MAX_CONTENT - AROUND)


class PickRefused(InvalidInput):
    """A channel or a role that was picked cannot be what it was picked for."""

    @property
    def grants(self) -> tuple[str, ...]:
        """Return what an invitation of the bot would mend, by the names of permissions."""
        found = self.message.values["problems"]
        findings = found.findings if isinstance(found, Problems) else ()
        return tuple(dict.fromkeys(name for one in findings if Step.INVITE in one.steps for name in one.missing))


def server_of(interaction: discord.Interaction) -> Server:
    """Return the server as the interaction describes it: what was picked, and what the bot may there.

    The cache has more of a channel, so what is in it stays; the interaction knows also what came a moment ago.
    """
    guild, data = present(interaction.guild), dict[str, Any](interaction.data or {})
    resolved = data.get("resolved", {})
    channels, roles, mine = dict[int, Any](), dict[int, discord.Role](), dict[int, discord.Permissions]()
    for found in resolved.get("channels", {}).values():
        channel_id = int(found["id"])
        if int(found.get("guild_id") or guild.id) != guild.id:
            continue
        if "app_permissions" in found:
            mine[channel_id] = discord.Permissions(int(found["app_permissions"]))
        kind = KINDS.get(found["type"])
        if guild.get_channel(channel_id) is None and kind is not None:
            whole = {"position": 0, "permission_overwrites": [], **found}
            channels[channel_id] = kind(state=guild._state, guild=guild, data=whole)  # noqa: SLF001 -- as py-cord does
    for found in resolved.get("roles", {}).values():
        if guild.get_role(int(found["id"])) is None:
            roles[int(found["id"])] = discord.Role(guild=guild, state=guild._state, data=found)  # noqa: SLF001 -- as above
    return Server(guild, guild.me, channels=channels, roles=roles, mine=mine)


def check_places(interaction: discord.Interaction, places: Iterable[Place]) -> None:
    """Raise InvalidInput unless all of these can be what they were picked for.

    What works and will only surprise somebody is let through, and shown with the step; but what members are to use is
    in no channel that is closed to some of them by their age.
    """
    # Also what is switched off at the moment has to work once it is on.
    server, listed = server_of(interaction), [replace(one, is_used=True) for one in places]
    if missing := server.misses(listed):
        if missing[0].is_channel:
            raise InvalidInput("That is not a channel of this server. Choose one from the list.")
        raise InvalidInput("That is not a role of this server. Choose one from the list.")
    broken = [one for one in judge(server, listed) if one.severity is Severity.BROKEN or _is_closed(server, one)]
    managed = [one for place in listed for one in _of_managed(server, place)]
    if broken or managed:
        raise PickRefused("Nothing was saved.\n{problems}", problems=Problems((*broken, *managed)))
    given = [one.id for one in listed if isinstance(one.use, RoleUse) and one.use.is_given]
    if given:
        # Nobody gives by a setting what they could not give themselves.
        chooser = interaction.user
        assert isinstance(chooser, discord.Member), "somebody in a server"
        check_roles(server.guild, chooser, given)


def places_of(wanted: Iterable[tuple[Setting[Any], Value]], snapshot: SettingsSnapshot) -> Iterator[Place]:
    """Return the channels and the roles among new values of settings."""
    for setting, value in wanted:
        if setting.kind in {Kind.CHANNEL, Kind.ROLE} and value is not None:
            place = registry.place_of(setting, value, snapshot)
            if place is not None:
                yield place


def _is_closed(server: Server, finding: Finding) -> bool:
    place = finding.place
    if place is None or not isinstance(place.use, ChannelUse) or place.use.readers is not Readers.MEMBERS:
        return False
    return bool(getattr(server.channel(place.id), "nsfw", False))


def _of_managed(server: Server, place: Place) -> Iterator[Finding]:
    """Say that nobody can be given a role which stands for people, also where the bot itself does not give it."""
    role = server.role(place.id) if isinstance(place.use, RoleUse) and not place.use.is_given else None
    if role is not None and role.managed:
        as_given = Place(place.setting, place.label, place.id, RoleUse(is_given=True), title=place.title)
        yield from (one for one in judge(server, [as_given]) if one.severity is Severity.BROKEN)
