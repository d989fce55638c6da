"""What `/onboarding check` finds about Discord's own onboarding beside this one."""

from typing import Any

from standin import Person
from tests.fixtures.onboarding.gate import Gate

READ = "GET /guilds/{guild_id}/onboarding"
BOTH_ASK = "Discord's own onboarding is on, and members are asked by both at once."


async def test_what_does_not_fit_with_discords_own_onboarding_is_found(gate: Gate, manager: Person) -> None:
    arrivals, world, town = gate.arrivals, gate.world, gate.town
    world.set_overwrite(arrivals.log, town.guild.roles[town.guild.id], deny=1 << 10)
    world.set_overwrite(arrivals.log, world.bot, allow=1 << 10)
    await arrivals.set(
        mode="questions", log_channel=arrivals.log.id, after_discord=False, completion_role=arrivals.member.id
    )
    await arrivals.asking.ask("Name", place=1)
    await gate.panel()

    async def check(**native: Any) -> str:
        town.guild.onboarding = native
        return (await manager.slash("onboarding check")).text

    def options(*given: tuple[list[int], list[int]]) -> dict[str, Any]:
        made = [{"role_ids": [str(one) for one in r], "channel_ids": [str(one) for one in c]} for r, c in given]
        return {"enabled": True, "prompts": [{"options": made}]}

    # Only a community has one, so nothing is asked of Discord elsewhere.
    fine = await check(**options(([7], [])))
    assert fine.startswith("✅ Everything about onboarding is set up right.")
    assert gate.stand_in.calls(READ) == []
    await gate.happens("guild_update", lambda: world.edit_guild(town.guild, features=["COMMUNITY"]))
    assert await check() == fine
    assert await check(**{**options(([7], [])), "enabled": False}) == fine
    both = await check(**options(([town.staff.id], [town.general.id])))
    assert both.startswith(f"⚠️ {BOTH_ASK} Let mine wait with `/settings set onboarding.after_discord`")
    assert both.count("⚠️") == 1

    await arrivals.set(after_discord=True)
    assert await check(**options(([town.staff.id], [town.general.id]))) == fine
    assert "gives a role or a channel that is gone" in await check(**options(([7], [town.general.id])))
    gone = await check(**options(([7, town.staff.id], [8]), ([], [9])))
    assert "gives 3 roles or channels that are gone" in gone
    assert gone.count("⚠️") == 1

    gate.stand_in.faults.fail(READ, 403, code=50013)
    unknown = await check(**options(([7], [])))
    assert unknown.endswith("-# Discord did not say how its own onboarding is set up, so that was not looked at.")
    assert "gone" not in unknown
