"""A headless Chromium, driven over plain WebDriver; only where the machine has one.

The protocol is W3C WebDriver: JSON over HTTP to `chromedriver`, which is a dozen lines with the HTTP client we have.
"""

import asyncio
import json
import shutil
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--no-first-run", "--lang=en-GB", "--window-size=1280,860"),
    *("--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-dev-shm-usage", "--force-prefers-reduced-motion"),
]
# What the keys are called in the protocol.
ENTER, TAB, ESCAPE, BACKSPACE, UP, DOWN = "\ue007", "\ue004", "\ue00c", "\ue003", "\ue013", "\ue015"
PATIENCE = 60.0


class Browser:
    """One window with one page."""

    def __init__(self, http: aiohttp.ClientSession, session: str) -> None:
        self._http = http
        self._session = session

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        payload = body if method == "POST" else None
        async with self._http.request(method, f"{self._session}{path}", json=payload) as answer:
            value = (await answer.json())["value"]
        assert answer.status == 200, f"{method} {path}: {value}"
        return value

    async def open(self, url: str) -> None:
        await self.call("POST", "/url", {"url": url})

    async def run(self, script: str, *arguments: Any) -> Any:
        """Run the body of a function in the page and return what it returns."""
        return await self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    async def until(self, expression: str, *arguments: Any, within: float = PATIENCE) -> Any:
        """Wait until an expression in the page is true; its value. `arguments` are `a[0]`, `a[1]` ..."""
        deadline = time.monotonic() + within
        while True:
            value = await self.run(f"const a = arguments; return {expression}", *arguments)
            if value:
                return value
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(0.03)
        page = await self.run("return document.body.innerText.slice(-1500)")
        raise AssertionError(f"never true: {expression} {arguments}\n{page}")

    async def shows(self, text: str, where: str = "body") -> None:
        """Wait until the text can be read on the page."""
        await self.until("document.querySelector(a[0])?.innerText.includes(a[1])", where, text)

    async def text(self, selector: str) -> str:
        return await self.run("return document.querySelector(arguments[0]).innerText", selector)

    async def find(self, selector: str, text: str = "") -> dict[str, str]:
        """The last element there is for the selector that shows the text."""
        return await self.until(
            "[...document.querySelectorAll(a[0])].filter(e => (e.innerText + (e.getAttribute('aria-label') ?? ''))"
            ".includes(a[1]) && e.getClientRects().length).at(-1)",
            selector,
            text,
        )

    async def click(self, selector: str, text: str = "") -> None:
        for attempt in range(5):
            element = await self.find(selector, text)
            try:
                await self.call("POST", f"/element/{element[ELEMENT]}/click", {})
            except AssertionError as error:
                # Redrawn between the two calls: no person is that quick.
                if "stale element" not in str(error) or attempt == 4:
                    raise
            else:
                return

    async def type(self, keys: str, into: str | None = None) -> None:
        """Type into what has the focus, or into an element."""
        if into is not None:
            await self.click(into)
        active = await self.call("GET", "/element/active")
        await self.call("POST", f"/element/{active[ELEMENT]}/value", {"text": keys})

    async def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file in a file field."""
        field = await self.find(selector)
        await self.call("POST", f"/element/{field[ELEMENT]}/value", {"text": str(path)})

    async def complaints(self) -> list[str]:
        """What the page wrote to its console as a warning or error since the last time."""
        entries = await self.call("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] in ("WARNING", "SEVERE")]


@asynccontextmanager
async def browsing(profile: Path) -> AsyncGenerator[Browser]:
    """A fresh browser with an empty profile, closed at the end."""
    assert CHROMIUM is not None
    assert DRIVER is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = asyncio.subprocess.DEVNULL
    driver = await asyncio.create_subprocess_exec(DRIVER, f"--port={port}", stdout=quiet, stderr=quiet)
    arguments = [*ARGUMENTS, f"--user-data-dir={profile}"]
    options = {"binary": CHROMIUM, "args": arguments}
    wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}/") as http:
            await _ready(http)
            body = {"capabilities": {"alwaysMatch": wanted}}
            async with http.post("/session", data=json.dumps(body)) as answer:
                session = (await answer.json())["value"]
            assert "sessionId" in session, session
            browser = Browser(http, f"/session/{session['sessionId']}")
            try:
                yield browser
            finally:
                await browser.call("DELETE", "")
    finally:
        driver.terminate()
        await driver.wait()


async def _ready(http: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(aiohttp.ClientError):
                async with http.get("/status") as answer:
                    if (await answer.json())["value"]["ready"]:
                        return
            await asyncio.sleep(0.05)
