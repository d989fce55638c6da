"""Interactions from both ends: what a person does and sees, and how a bot may and may not answer."""

import asyncio

import pytest

from standin import ChangeKind, DidNotRespond, Guild, Person, StandIn, StillThinking, World, permissions
from tests.standin.wire import Api, BareBot

PING = {"name": "ping", "description": "Answer"}
BUTTONS = {
    "content": "Sure?",
    "components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Yes", "custom_id": "yes"}]}],
}
FORM = {
    "title": "Name",
    "custom_id": "form",
    "components": [
        {"type": 18, "label": "Your name", "component": {"type": 4, "custom_id": "name", "style": 1, "max_length": 20}}
    ],
}


@pytest.fixture(autouse=True)
async def ping(bare: BareBot):
    await bare.commands(PING)


async def test_what_the_bot_is_told(alice: Person, bare: BareBot, world: World, lighthouse: Guild):
    alice.user.locale = "de"
    world.edit_guild(lighthouse, locale="fr")
    task, told = await bare.start(alice.slash("ping"))
    assert (await bare.answer(told, 4, {"content": "pong"})).status == 204
    reply = await task
    assert (reply.text, reply.private) == ("pong", False)
    assert told["type"] == 2
    assert told["data"] == {"id": world.commands.of(None)[0]["id"], "name": "ping", "type": 1}
    assert told["guild_id"] == told["guild"]["id"] == told["authorizing_integration_owners"]["0"]
    assert told["channel"]["id"] == told["channel_id"] == str(alice.channel.id)
    assert (told["locale"], told["guild_locale"], told["context"]) == ("de", "fr", 0)
    assert told["member"]["user"]["username"] == "alice"
    assert int(told["member"]["permissions"]) == alice.permissions
    assert int(told["app_permissions"]) == world.permissions(world.bot, alice.channel)
    assert "user" not in told


async def test_a_direct_message_has_a_user_and_no_member(alice: Person, bare: BareBot):
    task, told = await bare.start(alice.in_dm().slash("ping"))
    await bare.answer(told, 4, {"content": "pong"})
    assert (await task).message
    assert told["user"]["username"] == "alice"
    assert told["context"] == 1
    assert told["locale"] == "en-GB"
    assert not {"member", "guild_id", "guild", "guild_locale"} & told.keys()


async def test_too_late_is_too_late(alice: Person, bare: BareBot, api: Api, discord_: StandIn):
    failed = []
    discord_.interactions.answer_within = 0.05
    discord_.subscribe(lambda change: failed.append(change) if change.kind is ChangeKind.INTERACTION_FAILED else None)
    with pytest.raises(DidNotRespond, match="The application did not respond"):
        await alice.slash("ping")
    told = await bare.seen()
    refused = await bare.answer(told, 4, {"content": "pong"})
    assert (refused.status, refused.body) == (404, {"message": "Unknown interaction", "code": 10062})
    assert (await api.post(bare.webhook(told), {"content": "pong"})).refusal == (404, 10015)
    assert [change.user for change in failed] == [alice.user]
    assert discord_.violations == []


async def test_unknown_interactions_and_tokens(alice: Person, bare: BareBot, api: Api):
    task, told = await bare.start(alice.slash("ping"))
    assert (await bare.answer({"id": told["id"], "token": "wrong"}, 4, {"content": "x"})).refusal == (404, 10062)
    assert (await api.post(bare.webhook(told), {"content": "x"})).refusal == (404, 10015)
    assert (await api.post(f"/webhooks/1/{told['token']}", {"content": "x"})).code == 10015
    await bare.answer(told, 4, {"content": "pong"})
    assert (await task).text == "pong"


async def test_a_second_first_answer_is_refused(alice: Person, bare: BareBot):
    task, told = await bare.start(alice.slash("ping"))
    await bare.answer(told, 4, {"content": "pong"})
    assert (await bare.answer(told, 4, {"content": "pong"})).refusal == (400, 40060)
    assert (await task).text == "pong"


async def test_a_token_ends_after_its_lifetime(world: World, http):
    async with StandIn(world, token_lifetime=0) as discord:
        api = Api(discord, http)
        bare = BareBot(discord, api)
        await bare.commands(PING)
        alice = discord.person("alice", world.guild("The Lighthouse").channel("general"))
        task, told = await bare.start(alice.slash("ping"))
        await bare.answer(told, 4, {"content": "pong"})
        assert (await task).text == "pong"
        assert (await api.post(bare.webhook(told), {"content": "more"})).refusal == (401, 50027)
        assert (await api.patch(bare.webhook(told, "/messages/@original"), {"content": "more"})).refusal == (401, 50027)


async def test_a_deferred_answer_is_waited_for(alice: Person, eve: Person, bare: BareBot, api: Api):
    task, told = await bare.start(alice.slash("ping"))
    receipt = await bare.answer(told, 5, {"flags": 64}, receipt=True)
    assert receipt.body["interaction"]["response_message_loading"]
    assert receipt.body["interaction"]["response_message_ephemeral"]
    loading = alice.last_message
    assert loading
    assert loading.is_loading
    # The first follow-up takes its place, and stays private although it does not say so.
    first = await api.post(bare.webhook(told), {"content": f"pong {alice.mention} {eve.mention}"})
    reply = await task
    assert reply.message is loading
    assert (str(loading.id), 64) == (first.body["id"], first.body["flags"])
    assert not loading.is_loading
    assert reply.private
    assert reply.mentions == [alice.user]
    assert reply.edits == []
    assert loading not in eve.messages
    second = await api.post(bare.webhook(told), {"content": "and more"})
    assert second.body["id"] != first.body["id"]
    assert [message.text for message in reply.followups] == ["and more"]
    assert not reply.followups[0].private


async def test_a_deferred_answer_may_be_an_edit(alice: Person, bare: BareBot, api: Api):
    task, told = await bare.start(alice.slash("ping"))
    await bare.answer(told, 5)
    await api.patch(bare.webhook(told, "/messages/@original"), {"content": "pong"})
    reply = await task
    assert (reply.text, reply.private) == ("pong", False)
    await api.patch(bare.webhook(told, "/messages/@original"), {"content": "pong!"})
    assert (await reply.next()).text == "pong!"
    assert [version.text for version in reply.edits] == ["pong"]
    assert (await api.get(bare.webhook(told, "/messages/@original"))).body["content"] == "pong!"
    assert (await api.delete(bare.webhook(told, "/messages/@original"))).status == 204
    assert reply.deleted
    assert (await api.get(bare.webhook(told, "/messages/@original"))).code == 10008


async def test_who_promises_and_does_not_deliver(alice: Person, bare: BareBot):
    alice.patience = 0.05
    task = asyncio.create_task(alice.slash("ping"))
    await bare.answer(await bare.seen(), 5)
    with pytest.raises(StillThinking, match="Concierge is thinking"):
        await task


async def test_a_private_reply_is_not_found_in_the_channel(alice: Person, eve: Person, bare: BareBot, api: Api):
    task, told = await bare.start(alice.slash("ping"))
    receipt = await bare.answer(told, 4, {"content": "pong", "flags": 64}, receipt=True)
    reply = await task
    assert reply.private
    message = receipt.body["resource"]["message"]
    assert message["flags"] == 64
    path = f"/channels/{alice.channel.id}/messages/{message['id']}"
    for refused in (await api.get(path), await api.patch(path, {"content": "x"}), await api.delete(path)):
        assert refused.refusal == (404, 10008)
    assert reply.message in alice.messages
    assert reply.message not in eve.messages
    assert reply.message not in alice.channel.messages
    edited = await api.patch(bare.webhook(told, f"/messages/{message['id']}"), {"content": "pong!"})
    assert (edited.body["content"], edited.body["flags"]) == ("pong!", 64)


async def test_answers_carry_where_they_came_from(alice: Person, bare: BareBot):
    task = asyncio.create_task(alice.slash("ping"))
    receipt = await bare.answer(await bare.seen(), 4, BUTTONS, receipt=True)
    message = receipt.body["resource"]["message"]
    assert message["type"] == 20
    assert message["interaction_metadata"]["user"]["username"] == "alice"
    reply = await task
    click, told = await bare.start(alice.click(reply, "Yes"))
    assert told["message"]["id"] == message["id"]
    receipt = await bare.answer(told, 4, {"content": "Fine"}, receipt=True)
    assert receipt.body["resource"]["message"]["interaction_metadata"]["interacted_message_id"] == message["id"]
    assert (await click).text == "Fine"


async def test_a_button_updates_its_message(alice: Person, bare: BareBot):
    reply = await bare.finish(alice.slash("ping"), 4, BUTTONS)
    click, told = await bare.start(alice.click(reply, "Yes"))
    assert (told["type"], told["data"]) == (3, {"custom_id": "yes", "component_type": 2})
    await bare.answer(told, 7, {"content": "Done", "components": []})
    answer = await click
    assert answer.message is reply.message
    assert (reply.text, reply.buttons) == ("Done", [])


async def test_a_silent_acknowledgement_waits_for_what_follows(alice: Person, bare: BareBot, api: Api):
    reply = await bare.finish(alice.slash("ping"), 4, BUTTONS)
    click, told = await bare.start(alice.click(reply, "yes"))
    await bare.answer(told, 6)
    await asyncio.sleep(0)
    assert not click.done()
    await api.post(bare.webhook(told), {"content": "Quietly", "flags": 64})
    answer = await click
    assert (answer.text, answer.private) == ("Quietly", True)
    assert (await bare.finish(alice.click(reply, "yes", wait=False), 6)).message is reply.message
    edited, told = await bare.start(alice.click(reply, "yes"))
    await bare.answer(told, 6)
    await api.patch(bare.webhook(told, "/messages/@original"), {"content": "Later"})
    assert (await edited).text == "Later"


async def test_a_form_is_opened_and_sent(alice: Person, bare: BareBot):
    reply = await bare.finish(alice.slash("ping"), 9, FORM)
    assert reply.modal
    assert (reply.modal.title, reply.message) == ("Name", None)
    sent, told = await bare.start(alice.submit(reply, {"Your name": "Alice"}))
    assert told["type"] == 5
    assert told["data"] == {
        "custom_id": "form",
        "components": [{"type": 18, "id": 1, "component": {"type": 4, "custom_id": "name", "id": 2, "value": "Alice"}}],
    }
    assert "message" not in told
    refused = await bare.answer(told, 7, {"content": "there is nothing to update"})
    assert refused.wrong("type") == ["BASE_TYPE_CHOICES"]
    assert (await bare.answer(told, 9, FORM)).wrong("type") == ["BASE_TYPE_CHOICES"]
    await bare.answer(told, 4, {"content": "Hello Alice"})
    assert (await sent).text == "Hello Alice"


UNLABELLED = {"type": 4, "custom_id": "a", "style": 1}
FIELD = UNLABELLED | {"label": "A"}


def form(*fields: dict) -> dict:
    """A form with one field in each row."""
    return FORM | {"components": [{"type": 1, "components": [field]} for field in fields]}


FIRST = "data.components.0.components.0"
REFUSED_FORMS = {
    "a title of 46": (FORM | {"title": "x" * 46}, "data.title"),
    "no components": (FORM | {"components": []}, "data.components"),
    "six components": (form(*(FIELD | {"custom_id": str(n)} for n in range(6))), "data.components"),
    "a label of 46": (
        FORM | {"components": [{"type": 18, "label": "x" * 46, "component": UNLABELLED}]},
        "data.components.0.label",
    ),
    "a field without a label": (form(UNLABELLED), f"{FIRST}.label"),
    "a value that is too long": (form(FIELD | {"max_length": 3, "value": "four"}), f"{FIRST}.value"),
    "4,001 characters allowed": (form(FIELD | {"max_length": 4001}), f"{FIRST}.max_length"),
    "the same id twice": (form(FIELD, FIELD), "data.components.1.components.0.custom_id"),
}


@pytest.mark.parametrize(("refused_form", "path"), REFUSED_FORMS.values(), ids=REFUSED_FORMS)
async def test_a_form_that_discord_refuses(alice: Person, bare: BareBot, discord_: StandIn, refused_form, path):
    task, told = await bare.start(alice.slash("ping"))
    refused = await bare.answer(told, 9, refused_form)
    assert refused.refusal == (400, 50035)
    assert refused.wrong(path), refused.body
    assert len(discord_.violations) == 1
    await bare.answer(told, 4, {"content": "sorry"})
    await task


async def test_what_is_wrong_with_an_answer_is_wrong_in_its_data(alice: Person, bare: BareBot):
    task, told = await bare.start(alice.slash("ping"))
    assert (await bare.answer(told, 4, {"content": "x" * 2001})).wrong("data.content") == ["BASE_TYPE_MAX_LENGTH"]
    assert (await bare.answer(told, 4, {"content": ""})).code == 50006
    assert (await bare.answer(told, 6)).wrong("type") == ["BASE_TYPE_CHOICES"]
    assert (await bare.answer(told, 99)).status == 400
    await bare.answer(told, 4, {"content": "pong"})
    assert (await task).text == "pong"


async def test_choices_while_typing(alice: Person, bare: BareBot, discord_: StandIn):
    option = {"type": 3, "name": "key", "description": "Which", "autocomplete": True}
    await bare.commands({"name": "find", "description": "Find", "options": [option]})
    task, told = await bare.start(alice.autocomplete("find", option="key", typed="wel"))
    assert told["type"] == 4
    assert told["data"]["options"] == [{"name": "key", "type": 3, "value": "wel", "focused": True}]
    many = [{"name": str(number), "value": str(number)} for number in range(26)]
    assert (await bare.answer(told, 8, {"choices": many})).wrong("data.choices") == ["BASE_TYPE_MAX_LENGTH"]
    long = await bare.answer(told, 8, {"choices": [{"name": "x" * 101, "value": "x"}]})
    assert long.wrong("data.choices.0.name") == ["BASE_TYPE_MAX_LENGTH"]
    long = await bare.answer(told, 8, {"choices": [{"name": "x", "value": "x" * 101}]})
    assert long.wrong("data.choices.0.value") == ["BASE_TYPE_BAD_LENGTH"]
    assert (await bare.answer(told, 4, {"content": "x"})).wrong("type") == ["BASE_TYPE_CHOICES"]
    await bare.answer(told, 8, {"choices": many[:25]})
    assert await task == many[:25]
    discord_.interactions.answer_within = 0.05
    with pytest.raises(DidNotRespond):
        await alice.autocomplete("find", option="key", typed="x")
    assert len(discord_.violations) == 4


async def test_only_people_are_pinged_by_default(alice: Person, bare: BareBot, world: World, lighthouse: Guild):
    world.set_overwrite(alice.channel, world.bot, allow=permissions.MENTION_EVERYONE)
    text = f"@everyone {lighthouse.role('Night Watch').mention} {alice.mention}"
    for allowed, pinged in ((None, {"alice"}), (["roles"], {"ben"}), ([], set())):
        task = asyncio.create_task(alice.slash("ping"))
        rules = {} if allowed is None else {"allowed_mentions": {"parse": allowed}}
        await bare.answer(await bare.seen(), 4, {"content": text} | rules)
        assert {user.name for user in (await task).mentions} == pinged
