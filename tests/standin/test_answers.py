"""What the stand-in answers is what Discord's description says it would (the `api` fixture checks every answer)."""

import pytest

from standin import Guild, StandIn, World, schema
from standin.rest import served_routes
from tests.standin.wire import Api

ROUTES = (
    "/gateway",
    "/gateway/bot",
    "/users/@me",
    "/users/{alice}",
    "/applications/@me",
    "/oauth2/applications/@me",
    "/applications/{application}/commands",
    "/applications/{application}/guilds/{guild}/commands",
    "/channels/{general}",
    "/channels/{dm}",
    "/channels/{general}/messages",
    "/channels/{general}/messages/{message}",
    "/guilds/{guild}",
    "/guilds/{guild}/channels",
    "/guilds/{guild}/roles",
    "/guilds/{guild}/members?limit=100",
    "/guilds/{guild}/members/{alice}",
    "/guilds/{guild}/threads/active",
    "/channels/{thread}",
    "/channels/{thread}/thread-members",
    "/channels/{thread}/thread-members/{alice}",
    "/users/@me/guilds",
)


@pytest.mark.parametrize("path", ROUTES)
async def test_reading(api: Api, world: World, lighthouse: Guild, path: str):
    alice, general = world.user("alice"), lighthouse.channel("general")
    message = world.messages.post(general, world.user("ben"), f"hello {alice.mention}", reply_to=general.last_message)
    thread = world.create_thread(general, "lamps", alice)
    answered = await api.get(
        path.format(
            alice=alice.id,
            application=world.application.id,
            general=general.id,
            guild=lighthouse.id,
            message=message.id,
            dm=world.open_dm(alice).id,
            thread=thread.id,
        )
    )
    assert answered.status == 200


async def test_every_served_route_is_described():
    for method, path in served_routes():
        assert isinstance(schema.needs_token(method, path), bool)


async def test_an_unknown_route_is_answered_404_and_recorded(api: Api, discord_: StandIn):
    answered = await api.get("/soundboard-default-sounds")
    assert (answered.status, answered.body) == (404, {"message": "404: Not Found", "code": 0})
    answered = await api.delete("/gateway")
    assert (answered.status, answered.body) == (405, {"message": "405: Method Not Allowed", "code": 0})
    assert discord_.unknown_routes == ["GET /soundboard-default-sounds", "DELETE /gateway"]


async def test_only_the_bots_own_token_opens_anything(api: Api):
    for path in ("/users/@me", "/gateway/bot", "/applications/@me"):
        assert (await api.get(path)).status == 200
        refused = await api.get(path, token="wrong")
        assert (refused.status, refused.body) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_a_body_must_be_json(api: Api, lighthouse: Guild, discord_: StandIn):
    path = f"/channels/{lighthouse.channel('general').id}/messages"
    for kind in ("application/json", "application/json; charset=utf-8"):
        answered = await api.post(path, raw=b'{"content": "hi"}', headers={"Content-Type": kind})
        assert answered.status == 200
        assert answered.headers["Content-Type"] == "application/json"
    broken = await api.post(path, raw=b'{"content": ', headers={"Content-Type": "application/json"})
    assert broken.refusal == (400, 50109)
    assert (await api.post(path, raw=b"content=hi", headers={"Content-Type": "text/plain"})).status == 400
    assert len(discord_.violations) == 2
