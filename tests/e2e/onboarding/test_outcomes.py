"""What follows from an answer, as managers set it up."""

from standin import Person, StandIn, permissions
from tests.fixtures.onboarding.asking import ask
from tests.fixtures.town import Town

ROLES, CHANNELS = "Gets these roles", "Sees these channels"
LET = "Let an answer give roles or channels…"


async def test_an_answer_gives_roles_and_channels(manager: Person, town: Town) -> None:
    await ask(manager, "Team?", "Chess\nGo")
    form = await manager.slash("onboarding questions gives", question="1", answer="chess")
    assert form.modal.title == "Who answers “Chess”"
    given = await manager.submit(form, {ROLES: [town.staff, town.billing], CHANNELS: [town.general]})
    assert given.text == "Changed."
    assert f"**Chess** → {town.staff.mention} {town.billing.mention} {town.general.mention}" in given.full_text
    assert given.mentions == []
    assert f"-# → {town.staff.mention}" in (await manager.slash("onboarding questions list")).full_text

    # What was chosen stays when the option is moved or gets an emoji, and goes when nothing is chosen.
    form = await manager.choose(given, LET, ["Chess"])
    given = await manager.submit(form, {CHANNELS: []})
    both = f"{town.staff.mention} {town.billing.mention}"
    assert f"**Chess** → {both}\n**Go**" in given.full_text
    edited = await manager.submit(await manager.click(given, "Edit"), {"Options to choose from": "Go\n♟️ Chess"})
    assert f"**Go**\n♟️ **Chess** → {both}" in edited.full_text
    given = await manager.submit(await manager.choose(edited, LET, ["Chess"]), {ROLES: []})
    assert "→" not in given.full_text


async def test_what_cannot_be_given_is_refused_at_once(manager: Person, stand_in: StandIn, town: Town) -> None:
    world, guild = town.world, town.guild
    card = await ask(manager, "Team?", "Chess\nGo")
    bots = next(role for role in guild.roles.values() if role.managed)
    strong = world.create_role(guild, "Strong", permissions=permissions.MANAGE_MESSAGES)
    hidden = world.create_channel(guild, "hidden")
    world.set_overwrite(hidden, guild.roles[guild.id], deny=permissions.VIEW_CHANNEL)
    locked = world.create_channel(guild, "locked")
    for role, at in ((strong, 1), (town.above, 90)):
        world.edit_role(role, position=at)
    world.set_overwrite(locked, world.bot, deny=permissions.MANAGE_ROLES)
    world.set_overwrite(hidden, world.bot, allow=permissions.VIEW_CHANNEL)
    mayors = next(iter(town.elsewhere.roles.values()))
    managers = next(role for role in guild.roles.values() if role.name == "Managers")
    form = await manager.choose(card, LET, ["Chess"])
    for given, refusal in (
        ({ROLES: [guild.roles[guild.id]]}, "Everybody has that role."),
        ({ROLES: [bots]}, f"{bots.mention} belongs to an app"),
        ({ROLES: [town.above]}, f"{town.above.mention} is not below my own highest role"),
        ({ROLES: [managers]}, f"{managers.mention} is not below your own highest role"),
        ({ROLES: [strong]}, f"{strong.mention} has permissions that you do not have"),
        (
            {CHANNELS: [locked]},
            f"I lack permissions in {locked.mention}. Give me these there first: Manage Permissions.",
        ),
        ({CHANNELS: [hidden]}, f"You do not see {hidden.mention} yourself"),
    ):
        refused = await manager.submit(form, given)
        assert refused.text.startswith(refusal), refused.text
        assert refused.mentions == []
    for given, refusal in (
        ({ROLES: [mayors]}, "That is not a role of this server."),
        ({CHANNELS: [town.square]}, "That is not a channel of this server."),
    ):
        assert (await manager.submit(form, given, raw=True)).text.startswith(refusal)
    again = await manager.click(refused, "Try again")
    assert "→" not in (await manager.submit(again, {ROLES: [], CHANNELS: []}, raw=True)).full_text
    owner = stand_in.person(town.owner, town.general)
    form = await owner.slash("onboarding questions gives", question="1", answer="Go")
    assert strong.mention in (await owner.submit(form, {ROLES: [strong]})).full_text


async def test_a_question_is_asked_only_after_some_answers(manager: Person, alice: Person) -> None:
    await ask(manager, "Do you play?", "Yes\nNo\nSometimes")
    await ask(manager, "What?", "Chess\nGo")
    await ask(manager, "Since when?")
    (found,) = await manager.autocomplete("onboarding questions only_if", "earlier", "play", question="2")
    offered = await manager.autocomplete("onboarding questions only_if", "answer", "s", earlier=found["value"])
    assert [one["name"] for one in offered] == ["Yes", "Sometimes"]

    async def only_if(question: str, earlier: str | None = None, *answers: str) -> str:
        names = zip(("answer", "second_answer", "third_answer"), answers, strict=False)
        given = {"question": question, **({"earlier": earlier} if earlier else {}), **dict(names)}
        reply = await manager.slash("onboarding questions only_if", **given)
        return reply.full_text

    assert "only if the answer to question 1 is: Yes or Sometimes" in await only_if(
        "2", found["value"], "Sometimes", "yes"
    )
    assert "only if the answer to question 2 is: Go" in await only_if("3", "2", "Go")
    for refusal, given in {
        "That leads in a circle: “Do you play?” → “What?” → “Do you play?”.": ("1", "2", "Go"),
        "That leads in a circle: “Do you play?” → “Do you play?”.": ("1", "1", "Yes"),
        "“Since when?” has no options to choose from.": ("1", "3", "x"),
        "“Do you play?” has no such option. It has: Yes, No, Sometimes.": ("2", "1", "Perhaps"),
        "Give both the earlier question and an answer to it, or neither": ("2", "1"),
        "There is no such question any more.": ("2", "9", "Yes"),
        "That would change nothing: it is so already.": ("3", "2", "Go"),
    }.items():
        assert (await only_if(*given)).startswith(refusal)
    await ask(manager, "Anything else?", "Yes\nNo")
    assert (await only_if("1", "4", "Yes")).startswith("“Do you play?” depends on “Anything else?”, so it has to come")

    move = await manager.slash("onboarding questions move", question="2", place=1)
    assert move.text == "“What?” depends on “Do you play?”, so it has to come after it."
    remove = await manager.click(await manager.slash("onboarding questions remove", question="2"), "Remove")
    assert remove.text.startswith(
        "After an answer to that question others are asked: “Since when?”. First remove those"
    )
    form = await manager.slash("onboarding questions edit", question="2")
    refused = await manager.submit(form, {"Options to choose from": "Chess\nGo, the game\nCheckers"})
    assert refused.text == "“Since when?” depends on an answer that “What?” does not have."
    assert "It is asked of everybody now." in await only_if("3")
    ok = await manager.submit(await manager.click(refused, "Try again"), {})
    assert ok.text == "Changed."
    refused = await alice.slash("onboarding questions only_if", question="2")
    assert refused.text.startswith("Only managers can set up onboarding")
