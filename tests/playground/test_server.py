"""Who may talk to the page's server, and what it refuses."""

import aiohttp
import pytest

from playground.server import PlaygroundServer
from standin import StandIn
from tests.playground.conftest import Page

STRANGERS = ["http://evil.example", "http://localhost:3000", "null", "https://127.0.0.1.evil.example", "file://"]


async def test_it_listens_on_this_machine_alone(playground: PlaygroundServer) -> None:
    assert playground._runner is not None
    assert {address[0] for address in playground._runner.addresses} == {"127.0.0.1"}
    assert playground.url == f"http://127.0.0.1:{playground.port}/"


async def test_it_takes_another_port_when_its_own_is_taken(playground: PlaygroundServer, stand_in: StandIn) -> None:
    async with PlaygroundServer(stand_in, port=playground.port) as second:
        assert second.port != playground.port
        async with aiohttp.ClientSession() as http, http.get(second.url) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "[", ""])
async def test_a_name_somebody_pointed_at_us_is_refused(playground: PlaygroundServer, host: str) -> None:
    async with aiohttp.ClientSession() as http:
        for path in ("", "main.js", "socket"):
            async with http.get(playground.url + path, headers={"Host": host}) as answer:
                # A host that is none at all may already be turned away as no proper request.
                assert answer.status in ({403} if host.strip("[") else {400, 403})


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_its_own_page_may_open_the_socket(playground: PlaygroundServer, name: str) -> None:
    host = f"{name}:{playground.port}"
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{playground.url}socket", origin=f"http://{host}", headers={"Host": host}) as socket,
    ):
        page = Page(socket)
        assert (await page.ask("hello", person=None))["view"]["me"]["username"] == "owner"
        await page.close()


@pytest.mark.parametrize("origin", [*STRANGERS, None])
async def test_no_other_page_may_open_the_socket(playground: PlaygroundServer, origin: str | None) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await http.ws_connect(f"{playground.url}socket", origin=origin)
        assert refusal.value.status == 403


async def test_it_serves_its_files_and_nothing_else(playground: PlaygroundServer) -> None:
    async with aiohttp.ClientSession() as http:
        for path, kind in {"": "text/html", "main.js": "text/javascript", "base.css": "text/css"}.items():
            async with http.get(playground.url + path) as answer:
                assert answer.status == 200
                assert answer.content_type == kind
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
        for path in ("server.py", "..%2fserver.py", "%2e%2e/server.py", "static/main.js", "api/v10/gateway", "nothing"):
            async with http.get(playground.url + path) as answer:
                assert answer.status == 404, path


async def test_nonsense_is_answered_with_a_sentence_or_a_farewell(page: Page, playground: PlaygroundServer) -> None:
    assert "no such request" in await page.refused("fly")
    assert "did not understand" in await page.refused("open")
    assert "did not understand" in await page.refused("open", channel=["x"])
    assert "no such channel" in await page.refused("open", channel="1")
    assert "no such person" in await page.refused("become", person="1")
    assert "not open" in (await page.refused("submit", modal="1", values={})).replace("no longer open", "not open")
    # The page is still being served.
    assert await page.ask("hello", person=None)

    async with aiohttp.ClientSession() as http:
        origin = playground.url.rstrip("/")
        for nonsense in ("not json", "[1]", '"text"'):
            async with http.ws_connect(f"{playground.url}socket", origin=origin) as socket:
                await socket.send_str(nonsense)
                assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
                assert socket.close_code == 1007
