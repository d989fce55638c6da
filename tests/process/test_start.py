"""How `python -m app run` meets a Discord that is away, and settings that cannot be used."""

import socket

import pytest

from standin import StandIn
from tests.fixtures.bots import Process, Start
from tests.fixtures.town import Town

TOKEN_IS_BAD, SHARDS_ARE_TOO_FEW = 4004, 4011


def assert_one_sentence(bot: Process) -> None:
    """It says what is wrong as people do."""
    assert "Traceback" not in bot.printed


async def test_discord_away_is_waited_for(start: Start, stand_in: StandIn, town: Town) -> None:
    stand_in.faults.show_page("GET /users/@me", 403)
    stand_in.faults.show_page("GET /users/@me", 429)
    stand_in.faults.fail("GET /oauth2/applications/@me", 522)
    stand_in.faults.fail("GET /gateway/bot", 403)
    bot = await start()
    await stand_in.ready()
    waits = [line for line in bot.lines if "Discord does not answer yet" in line]
    assert len(waits) == 4
    assert "403 Forbidden, without a code" in waits[0]
    assert "429" in waits[1]
    assert "522" in waits[2]
    assert "403 Forbidden" in waits[3]
    bot.process.terminate()
    assert await bot.ended() == 0
    assert "Traceback" not in bot.printed


async def test_waiting_for_discord_can_be_stopped(start: Start) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        bot = await start(DISCORD_API_URL=f"http://127.0.0.1:{closed.getsockname()[1]}/api/v10")
        await bot.says("Discord does not answer yet")
        bot.process.terminate()
        assert await bot.ended() == 0
    assert "Traceback" not in bot.printed


@pytest.mark.parametrize(
    ("code", "status", "says"), [(TOKEN_IS_BAD, 5, "DISCORD_TOKEN"), (SHARDS_ARE_TOO_FEW, 2, "SHARD_COUNT: ")]
)
async def test_what_discord_will_never_accept_ends_with_a_sentence(
    code: int, status: int, says: str, start: Start, stand_in: StandIn
) -> None:
    bot = await start()
    await stand_in.ready()
    stand_in.faults.close_gateway(code)
    assert await bot.ended() == status
    assert says in bot.lines[-1]
    assert_one_sentence(bot)


async def test_a_taken_port_is_waited_for_while_an_earlier_process_may_be_stopping(
    start: Start, stand_in: StandIn
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        bot = await start(HTTP_PORT=str(port))
        await bot.says(f"port {port} of 127.0.0.1 is taken")
    await stand_in.ready()
    assert "Traceback" not in bot.printed


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({"HTTP_PORT": "taken"}, "HTTP_PORT: port {port} of 127.0.0.1 is taken by another program. Choose another one"),
        ({"HTTP_HOST": "192.0.2.1"}, "HTTP_HOST: '192.0.2.1' is no address of this machine."),
        ({"HTTP_HOST": "no-such-machine.invalid"}, "HTTP_HOST: 'no-such-machine.invalid' is no address"),
        ({"HTTP_HOST": "a" * 70}, "HTTP_HOST: "),
    ],
)
async def test_an_address_where_nothing_can_be_served_ends_with_2(
    setting: dict[str, str], says: str, start: Start, stand_in: StandIn
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        # Waited for as long as an earlier process may need to stop, hence the seconds that this takes.
        bot = await start(**{name: value.replace("taken", port) for name, value in setting.items()})
        assert await bot.ended() == 2
    assert bot.lines[-1].startswith(says.format(port=port))
    assert_one_sentence(bot)
    assert not stand_in.requests
