"""What goes wrong on request, and only then."""

import asyncio
import errno

import aiohttp
import pytest

from standin import Change, Channel, StandIn
from tests.standin.wire import Api, GatewayClient

MESSAGES = "POST /channels/{channel_id}/messages"


async def test_rate_limits(api: Api, path: str, discord_: StandIn):
    discord_.faults.rate_limit(MESSAGES, times=2, retry_after=0.25)
    limited = [await api.post(path, {"content": "x"}) for _ in range(2)]
    for answered in limited:
        assert answered.status == 429
        assert answered.body == {"message": "You are being rate limited.", "retry_after": 0.25, "global": False}
        assert answered.headers["Retry-After"] == "1"
        assert answered.headers["X-RateLimit-Reset-After"] == "0.250"
        assert answered.headers["X-RateLimit-Remaining"] == "0"
        assert answered.headers["Via"]
    assert (await api.post(path, {"content": "x"})).status == 200
    discord_.faults.rate_limit("*", retry_after=1, is_global=True)
    answered = await api.get("/gateway")
    assert answered.body["global"]
    assert answered.headers["X-RateLimit-Global"] == "true"
    assert [request.status for request in discord_.calls(MESSAGES)] == [429, 429, 200]
    assert discord_.counts[MESSAGES] == 3


async def test_a_channel_takes_only_so_many_messages_at_a_time(
    api: Api, general: Channel, path: str, discord_: StandIn
):
    count = len(general.messages)
    discord_.faults.limit_messages(general.id, messages=2, seconds=60)
    answers = [await api.post(path, {"content": "x"}) for _ in range(3)]
    assert [answered.status for answered in answers] == [200, 200, 429]
    assert [answered.headers["X-RateLimit-Remaining"] for answered in answers] == ["1", "0", "0"]
    assert 0 < answers[2].body["retry_after"] <= 60
    assert answers[2].headers["Via"]
    # Reading is not writing.
    assert (await api.get(path)).status == 200
    assert len(general.messages) == count + 2
    discord_.faults.limit_messages(general.id, messages=1, seconds=0.2)
    for _ in range(2):
        assert (await api.post(path, {"content": "x"})).status == 200
        await asyncio.sleep(0.25)
    discord_.faults.clear()
    assert "X-RateLimit-Remaining" not in (await api.post(path, {"content": "x"})).headers


async def test_failures(api: Api, general: Channel, path: str, discord_: StandIn):
    count = len(general.messages)
    discord_.faults.fail("POST /channels", 503)
    discord_.faults.fail(MESSAGES, 403, code=50013, message="Missing Permissions")
    assert (await api.get(path)).status == 200
    assert (await api.post(path, {"content": "x"})).status == 503
    assert (await api.post(path, {"content": "x"})).refusal == (403, 50013)
    assert len(general.messages) == count
    discord_.faults.fail(MESSAGES, 500, channel_id=general.id + 1)
    discord_.faults.fail(MESSAGES, 502, after=True, channel_id=general.id)
    assert (await api.post(path, {"content": "it was heard"})).status == 502
    assert len(general.messages) == count + 1
    discord_.faults.fail("*", 500, times=5)
    discord_.faults.clear()
    assert (await api.get("/gateway")).status == 200
    assert discord_.violations == []


@pytest.mark.parametrize("after", [True, False])
async def test_an_answer_that_never_comes_and_a_connection_that_is_reset(
    api: Api, general: Channel, path: str, discord_: StandIn, *, after: bool
):
    count = len(general.messages)
    discord_.faults.swallow(MESSAGES, after=after)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await api.post(path, {"content": "x"})
    discord_.faults.reset(MESSAGES, after=after)
    with pytest.raises(aiohttp.ClientOSError) as lost:
        await api.post(path, {"content": "x"})
    assert lost.value.errno == errno.ECONNRESET
    assert len(general.messages) == count + 2 * after
    # Whoever still waits is let go.
    discord_.faults.swallow(MESSAGES)
    waiting = asyncio.create_task(api.post(path, {"content": "x"}))
    await discord_.until(lambda: len(general.messages) == count + 2 * after + 1)
    discord_.faults.clear()
    with pytest.raises((aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
        await waiting
    assert (await api.post(path, {"content": "x"})).status == 200


@pytest.mark.parametrize("how", ["swallow", "hold"])
async def test_an_answer_kept_back_does_not_hold_up_the_end(http: aiohttp.ClientSession, how: str):
    async with asyncio.timeout(30):
        async with StandIn() as discord_:
            getattr(discord_.faults, how)("GET /gateway")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3), http.get(f"{discord_.api_url}/gateway"):
                    pass


@pytest.mark.parametrize("status", [400, 403])
async def test_a_page_of_what_stands_before_discord(path: str, discord_: StandIn, http, status: int):
    discord_.faults.show_page(MESSAGES, status)
    headers = {"Authorization": f"Bot {discord_.token}"}
    async with http.post(f"{discord_.api_url}{path}", json={"content": "x"}, headers=headers) as answered:
        assert (answered.status, answered.content_type) == (status, "text/html")
        assert "Cloudflare" in await answered.text()


async def test_slowness(api: Api, discord_: StandIn):
    discord_.faults.slow("GET /gateway", 0.4, times=1)
    # Another route does not use it up.
    assert (await api.get("/users/@me")).status == 200
    began = asyncio.get_running_loop().time()
    await api.get("/gateway")
    assert asyncio.get_running_loop().time() - began >= 0.39


async def test_the_gateway(gateway: GatewayClient, discord_: StandIn):
    socket = await gateway.identified(1)
    await socket.until("READY")
    for _ in range(2):
        await socket.until("GUILD_CREATE")
    noticed: list[Change] = []
    discord_.subscribe(noticed.append)
    discord_.faults.ignore_heartbeats()
    await socket.send(1, None)
    await socket.send(3, {"status": "idle"})
    await discord_.until(lambda: noticed)
    discord_.faults.ask_reconnect()
    assert (await socket.receive())["op"] == 7
    discord_.faults.clear()
    await socket.send(1, None)
    assert (await socket.receive())["op"] == 11
    discord_.faults.invalid_session(resumable=True)
    assert await socket.receive() == {"op": 9, "d": True, "s": None, "t": None}
    assert discord_.gateway.sessions
    discord_.faults.close_gateway(4004)
    assert await socket.closed_with() == 4004
    socket = await gateway.identified(1)
    await socket.until("READY")
    discord_.faults.drop_gateway(resumable=False)
    assert await socket.closed_with() != 4004
    assert discord_.gateway.sessions == {}


async def test_requests_are_held_until_they_are_released(api: Api, general: Channel, path: str, discord_: StandIn):
    count = len(general.messages)
    hold = discord_.faults.hold("POST /channels")
    posting = [asyncio.create_task(api.post(path, {"content": "x"})) for _ in range(2)]
    await hold.reached(2)
    assert (await api.get(path)).status == 200
    assert len(general.messages) == count
    hold.release()
    assert [(await one).status for one in posting] == [200, 200]
    assert hold.waiting == 0
    other = discord_.faults.hold("*")
    asking = asyncio.create_task(api.get(path))
    await other.reached()
    discord_.faults.clear()
    assert (await asking).status == 200
    assert (await api.get(path)).status == 200
