"""Questions from Discord's own onboarding, and into it, as managers meet that."""

from typing import Any

from standin import Person, StandIn, permissions
from tests.fixtures.onboarding.asking import ask
from tests.fixtures.town import Town

NATIVE = {"source": "discord"}
CHANGED = "The questions were changed meanwhile. Look at them again, and then decide."


def prompt(title: str, *options: Any, **more: Any) -> dict[str, Any]:
    """A prompt as Discord describes it; options are a title, roles and channels."""
    given = [
        {
            "id": str(100 + at),
            "title": name,
            "description": "",
            "emoji": {"id": None, "name": "🎮", "animated": False},
            "role_ids": [str(one) for one in roles],
            "channel_ids": [str(one) for one in channels],
        }
        for at, (name, roles, channels) in enumerate(options)
    ]
    flags = {"single_select": True, "required": True, "in_onboarding": True, "type": 0}
    return {"id": str(50 + len(title)), "title": title, "options": given, **flags, **more}


async def test_the_prompts_of_discord_become_questions(manager: Person, town: Town, alice: Person) -> None:
    none = await manager.slash("onboarding questions import", **NATIVE)
    assert none.text == "Discord's own onboarding asks nothing in this server."
    await ask(manager, "Team?", "Chess\nGo")
    await ask(manager, "Why?")
    town.guild.onboarding = {
        "prompts": [
            # A role that is gone stays in a prompt.
            prompt("Team?", ("Go", [town.staff.id, 7], []), ("Chess", [], [town.general.id]), ("Shogi", [8], [])),
            prompt("When?", ("Now", [town.billing.id], []), single_select=False, in_onboarding=False),
            prompt("Which of all?", *((f"{n}", [town.staff.id], []) for n in range(30))),
        ]
    }
    preview = await manager.slash("onboarding questions import", **NATIVE)
    for line in (
        "✏️ Team?\n-# options",
        f"Go → {town.staff.mention}",
        f"Chess → {town.general.mention}",
        "➕ When?\n-# new, at place 3",
        "⚠️ “Which of all?” is left out: A question has at most 25 options. You gave 30",
    ):
        assert line in preview.full_text
    assert (await alice.click(preview, "Do it", raw=True)).text.startswith("Only managers")
    done = await manager.click(preview, "Do it")
    assert done.text == "The questions of Discord's own onboarding are here now. Discord asks them as before."
    assert "**1.** Team?\n-# Choose one · 3 options" in done.full_text
    assert "**3.** When?\n-# Choose several · 1 option · required · **switched off**" in done.full_text
    # A second time there is nothing to do, and what was shown before is not done.
    again = await manager.slash("onboarding questions import", **NATIVE)
    assert again.text.startswith("That would change nothing")
    assert (await manager.click(preview, "Do it", raw=True)).text != done.text
    both = await manager.slash("onboarding questions import")
    assert both.text == "Give either a file, or Discord's own onboarding as `source`."
    above = prompt("Power?", ("Yes", [town.above.id], []))
    town.guild.onboarding["prompts"].append(above)
    refused = await manager.slash("onboarding questions import", **NATIVE)
    assert refused.text.startswith(f"{town.above.mention} is not below my own highest role")


async def test_questions_are_written_into_discord(manager: Person, stand_in: StandIn, town: Town) -> None:
    world, guild = town.world, town.guild
    await ask(manager, "Team?", "🎮 Chess | At night\nGo")
    for answer in ("Chess", "Go"):
        form = await manager.slash("onboarding questions gives", question="1", answer=answer)
        given = {"Gets these roles": [town.staff], "Sees these channels": [town.general]}
        await manager.submit(form, given)
    await ask(manager, "Why?")
    await ask(manager, "How?", "So\nOr so")
    guild.onboarding = {"prompts": [prompt("Old?", ("Yes", [town.billing.id, 7], []))], "mode": 1}

    refused = await manager.slash("onboarding questions export", to="discord")
    assert refused.text.startswith("To write Discord's own onboarding I need the permissions Manage Server")
    bots, managers = guild.role("Concierge"), guild.role("Managers")
    world.edit_role(bots, permissions=bots.permissions | permissions.MANAGE_GUILD)
    refused = await manager.slash("onboarding questions export", to="discord")
    assert refused.text.startswith("Discord's own onboarding gives roles, so only those who may manage roles")
    world.edit_role(managers, permissions=managers.permissions | permissions.MANAGE_ROLES)

    preview = await manager.slash("onboarding questions export", to="discord")
    for line in (
        "✅ Team?",
        "1 other question in Discord stays.",
        "⚠️ “Why?” is left out: Discord asks only what can be chosen",
        "⚠️ “How?” is left out: “So” gives no role, and no channel that everybody may see",
    ):
        assert line in preview.full_text
    assert [one["title"] for one in guild.onboarding["prompts"]] == ["Old?"]
    later = await manager.slash("onboarding questions export", to="discord")
    done = await manager.click(preview, "Do it")
    assert done.text == "Discord's own onboarding has these questions now."
    old, team = guild.onboarding["prompts"]
    assert (old["id"], old["options"][0]["id"], old["options"][0]["role_ids"]) == ("54", "100", [str(town.billing.id)])
    assert [(one["title"], one["emoji"]["name"]) for one in team["options"]] == [("Chess", "🎮"), ("Go", None)]
    assert team["options"][0]["channel_ids"] == [str(town.general.id)]
    assert len({one["id"] for one in team["options"]}) == 2
    assert (await manager.click(later, "Do it")).text == CHANGED

    # Written again, it keeps its ids; Discord's refusal is told.
    preview = await manager.slash("onboarding questions export", to="discord")
    stand_in.faults.fail("PUT /guilds/{guild_id}/onboarding", 400, code=350001)
    refused = await manager.click(preview, "Do it")
    assert refused.text.startswith("Discord's own onboarding needs 7 channels that everybody sees")
    await manager.click(preview, "Do it")
    assert guild.onboarding["prompts"][1]["id"] == team["id"]
