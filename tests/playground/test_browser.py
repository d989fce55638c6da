"""The page in a real browser, by keyboard where a person would use the keyboard. Needs Chromium and its driver."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from discord import Bot

from playground.bot import BotProcess
from playground.server import PlaygroundServer
from standin import StandIn
from tests.fixtures.town import Town
from tests.playground import sample_bot
from tests.playground.browser import BACKSPACE, CHROMIUM, DOWN, DRIVER, ENTER, ESCAPE, TAB, UP, Browser, browsing

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="there is no Chromium with its driver")

LAST = "#messages .message:last-child"
ENTRY = "#entry"
LIST = ".composer-palette"
FIELD = "document.activeElement.closest('.option')?.querySelector('label').innerText"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def window(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Browser]:
    """One browser for all tests of this file; each opens its own playground, which is another origin."""
    async with browsing(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def browser(window: Browser, playground: PlaygroundServer, town: Town) -> AsyncGenerator[Browser]:
    """The page open in #general, as alice; at the end it must not have complained."""
    await window.complaints()
    await window.open(playground.url)
    await window.shows("owns Town", "#identity")
    await be(window, "Alice")
    yield window
    assert await window.complaints() == []
    await window.open("about:blank")


async def be(browser: Browser, name: str) -> None:
    """Choose whom to be, and wait until the page has become theirs: the list of people is then a new one."""
    await browser.run(
        "const list = document.getElementById('person');"
        "list.value = [...list.options].find(option => option.text.startsWith(arguments[0])).value;"
        "list.dataset.old = true; list.dispatchEvent(new Event('change'))",
        name,
    )
    await browser.until("!document.querySelector('#person').dataset.old")
    await browser.until("document.querySelector('#person').selectedOptions[0].text.startsWith(a[0])", name)


async def command(browser: Browser, path: str) -> None:
    """Type a command without options and send it."""
    await browser.type(f"/{path} ", into=ENTRY)
    await browser.until("document.activeElement.classList.contains('tail')")
    await browser.type(ENTER)
    await browser.until("document.querySelector('.command-line').hidden")


async def test_a_command_is_found_filled_in_and_sent_from_the_keyboard(browser: Browser, small_bot: Bot) -> None:
    await browser.shows("online", "#bot-state")
    await browser.type("/", into=ENTRY)
    await browser.shows("Choose some fruit", LIST)
    assert "For managers" not in await browser.text(LIST)
    await browser.type("pick" + TAB)
    await browser.until(f"{FIELD} === 'fruit'")
    await browser.type("ap")
    await browser.until("document.querySelectorAll(a[0]).length === 2", f"{LIST} li[role=option]")
    await browser.type(DOWN + ENTER)
    await browser.until(f"{FIELD} === 'count'")
    await browser.shows("a whole number from 1 to 5", LIST)
    await browser.type("9" + ENTER)
    await browser.shows("Enter a whole number from 1 to 5.", ".command-line")
    assert await browser.run("return document.activeElement.getAttribute('aria-invalid')") == "true"
    await browser.type(BACKSPACE + "3" + TAB)
    await browser.until("document.activeElement.classList.contains('tail')")
    await browser.type("chan" + ENTER)
    await browser.until(f"{FIELD} === 'channel'")
    await browser.shows("log", LIST)
    assert "closed" not in await browser.text(LIST)
    await browser.type("#lo" + ENTER)
    await browser.type("ripe:")
    await browser.until(f"{FIELD} === 'ripe'")
    await browser.type(DOWN + ENTER)
    await browser.type(ENTER)
    await browser.shows("3 × apricot to #log, ripe False, size None", LAST)
    await browser.shows("Only you can see this", LAST)
    # Whoever types the names of the options gets the same.
    await browser.type("/sample pick fruit:banana count:2", into=ENTRY)
    await browser.until(f"{FIELD} === 'count'")
    await browser.type(ENTER)
    await browser.shows("2 × banana to nowhere, ripe None, size None", LAST)
    # The arrow brings back what was sent last, and a pasted line fills in everything.
    await browser.type(UP)
    await browser.shows("/sample pick", ".command-line")
    assert await browser.run("return [...document.querySelectorAll('.option input')].map(i => i.value)") == [
        "banana",
        "2",
    ]
    await browser.type(ESCAPE + ESCAPE)
    await browser.until("document.activeElement.id === 'entry'")
    await browser.click(f"{LAST} button", "Dismiss")
    await browser.until("document.querySelectorAll('#messages .message').length === 1")


async def test_buttons_and_forms_work(browser: Browser, small_bot: Bot) -> None:
    await command(browser, "sample buttons")
    await browser.shows("Counted to 0.", LAST)
    await browser.click("button", "Count")
    await browser.shows("Counted to 1. (edited)", LAST)
    assert await browser.run("return [...document.querySelectorAll('.message button.button:disabled')].length") == 1
    assert "noopener" in await browser.run("return document.querySelector('a.button').rel")

    await browser.click("button", "Ask me")
    await browser.shows("Honest answers only.", "dialog")
    await browser.type("x" * 21 + ENTER)
    await browser.shows("At most 20 characters; this has 21.", "dialog")
    await browser.shows("Choose at least 1.", "dialog")
    await browser.type(BACKSPACE * 18)
    await browser.click("dialog .select-button")
    await browser.type("bl" + ENTER)
    await browser.shows("Blue", "dialog .select-button")
    await browser.click("dialog button", "Submit")
    await browser.shows("xxx likes b: Once", LAST)
    await browser.until("!document.querySelector('dialog')")
    await browser.click("button", "Remove")
    await browser.until("!document.getElementById('messages').innerText.includes('Counted')")


async def test_a_form_may_have_every_kind_of_field(browser: Browser, small_bot: Bot, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("12345")
    await command(browser, "sample long_form")
    await browser.shows("More questions", "dialog")
    await browser.click("dialog button", "Submit")
    await browser.shows("Choose one.", "dialog")
    await browser.click("dialog label", "Coffee")
    for day in ("Monday", "Tuesday", "Friday"):
        await browser.click("dialog .choices label", day)
    await browser.click("dialog button", "Submit")
    await browser.shows("Choose at most 2.", "dialog")
    await browser.click("dialog .choices label", "Tuesday")
    await browser.click("dialog label", "Sure?")
    await browser.choose_file("dialog input[type=file]", letter)
    await browser.click("dialog .select-button")
    await browser.type("staff" + ENTER)
    await browser.click("dialog button", "Submit")
    await browser.shows("Coffee on ['Monday', 'Friday'], sure True, ['letter.txt:5'] for @Staff", LAST)


async def test_menus_offer_what_the_person_can_see(browser: Browser, small_bot: Bot) -> None:
    await command(browser, "sample menus")
    await browser.click(".select-button", "A season")
    await browser.type(DOWN + ENTER)
    await browser.shows("Season: Autumn", LAST)
    await browser.click(".select-button", "A channel")
    shown = await browser.text(".select-sheet:not([hidden])")
    assert "general" in shown
    assert "closed" not in shown
    await browser.type(ESCAPE)
    await browser.click(".select-button", "Some roles")
    await browser.type(ENTER + DOWN + ENTER + ESCAPE)
    await browser.until("document.querySelectorAll(a[0]).length === 2", f"{LAST} .mention")


async def test_embeds_files_and_panels_are_drawn(browser: Browser, small_bot: Bot) -> None:
    await command(browser, "sample gallery")
    await browser.shows("SELECT 1;", ".file-preview")
    await browser.until("document.querySelector(a[0])?.naturalWidth === 3", ".embed img")
    shown = await browser.run(
        "const of = (s) => document.querySelector(s)?.innerText ?? null;"
        "return {title: of('.embed-title strong'), quote: of('.embed blockquote'), code: of('.embed pre'),"
        "fields: document.querySelectorAll('.embed-field.inline').length, footer: of('.embed-footer'),"
        "panel: of('.container h3'), side: of('.section button'), pictures: document.querySelectorAll('img').length,"
        "files: [...document.querySelectorAll('.file-name')].map((name) => name.innerText)}"
    )
    assert shown.pop("footer").startswith("The footer • ")
    assert shown == {
        "title": "title",
        "quote": "quoted",
        "code": "SELECT 1;",
        "fields": 3,
        "panel": "Panel",
        "side": "Side",
        # What an embed shows is not listed again, and nothing is loaded from elsewhere.
        "pictures": 1,
        "files": ["plan.sql"],
    }


async def test_nothing_anybody_writes_becomes_markup(
    browser: Browser, small_bot: Bot, stand_in: StandIn, town: Town
) -> None:
    attack = sample_bot.ATTACK
    world = stand_in.world
    world.edit_member(town.guild.member("mallory"), nick=attack)
    world.edit_channel(town.general, topic=attack)
    world.create_channel(town.guild, attack)
    world.create_role(town.guild, attack, hoist=True)
    await stand_in.person(town.mallory, town.general).say(f"{attack} **{attack}** {town.staff.mention}")
    await browser.type("/sample attack ", into=ENTRY)
    await browser.type("wo" + ENTER)
    await browser.shows(attack, LIST)
    await browser.type(ENTER)
    await browser.type(ENTER)
    await browser.shows(attack, f"{LAST} .embed-footer")
    await browser.shows(attack, ".file-preview")
    await browser.click(f"{LAST} .spoiler")
    await browser.click(".select-button", attack)
    await browser.click(f"{LAST} .more")
    await browser.type(ESCAPE)
    made = await browser.run(
        "return {broken: document.body.dataset.broken ?? null, images: document.querySelectorAll('img, iframe').length,"
        "scripts: document.querySelectorAll('script').length,"
        "handlers: [...document.querySelectorAll('#messages *')].filter(e => e.onclick || e.onerror).length}"
    )
    assert made == {"broken": None, "images": 0, "scripts": 1, "handlers": 0}


async def test_being_somebody_else_changes_what_there_is(
    browser: Browser, small_bot: Bot, stand_in: StandIn, town: Town
) -> None:
    await stand_in.person(town.owner, town.closed).say("between us")
    assert "closed" not in await browser.text("#channels")
    await be(browser, "Owner")
    await browser.click(".channel", "closed")
    await browser.shows("between us", LAST)
    await browser.type("/man", into=ENTRY)
    await browser.shows("For managers", LIST)
    await be(browser, "Mallory")
    await browser.until("!document.body.innerText.includes('between us')")
    assert "closed" not in await browser.text("#channels")

    await browser.click(".channel", "general")
    await browser.type("said aloud" + ENTER, into=ENTRY)
    await browser.shows("said aloud", LAST)
    await browser.click(f"{LAST} .more")
    await browser.click(".menu button", "Shout")
    await browser.shows("SAID ALOUD!", LAST)
    await browser.click(".member", "Alice")
    await browser.click(".menu button", "Greet")
    await browser.shows("Hello, @Alice.", LAST)


async def test_commands_are_named_in_ones_own_language(browser: Browser, small_bot: Bot) -> None:
    await browser.run(
        "const list = document.getElementById('locale');"
        "list.value = 'de'; list.dataset.old = true; list.dispatchEvent(new Event('change'))"
    )
    await browser.until("!document.getElementById('locale').dataset.old")
    await browser.type("/wähl", into=ENTRY)
    await browser.shows("Nimm etwas Obst", LIST)
    await browser.type(TAB)
    await browser.until(f"{FIELD} === 'obst'")
    await browser.type("apr")
    await browser.until("document.querySelectorAll(a[0]).length === 1", f"{LIST} li[role=option]")
    await browser.type(DOWN + ENTER)
    await browser.type("2" + TAB + ENTER)
    await browser.shows("2 × apricot to nowhere", LAST)


async def test_the_page_finds_its_way_back(window: Browser, stand_in: StandIn, town: Town) -> None:
    async with PlaygroundServer(stand_in) as server:
        port = server.port
        await window.open(server.url)
        await window.shows("owns Town", "#identity")
        await be(window, "Alice")
        await window.click(".channel", "log")
    await window.until("!document.getElementById('lost').hidden")
    await stand_in.person(town.mallory, town.log).say("while you were away")
    async with PlaygroundServer(stand_in, port=port):
        await window.until("document.getElementById('lost').hidden")
        await window.shows("while you were away", LAST)
        await window.shows("Alice", "#identity")
        # A new load of the page remembers as well.
        await window.run("location.reload()")
        await window.shows("while you were away", LAST)
        await window.until("document.querySelector('#person').selectedOptions[0].text.startsWith('Alice')")
    await window.open("about:blank")


async def test_a_bot_that_ended_can_be_started_again(
    window: Browser, stand_in: StandIn, sample_process: BotProcess
) -> None:
    async with PlaygroundServer(stand_in, sample_process) as server:
        await sample_process.start()
        await window.open(server.url)
        await window.shows("online", "#bot-state")
        # Asked to stop in the middle of registering its commands, the library would fill the log with a traceback.
        await stand_in.has_command("Greet")
        await sample_process.stop()
        await window.shows("stopped with exit status 0", "#stopped")
        await window.shows("sample bot starts", "#stopped pre")
        await window.shows("The bot is offline", "#composer-note")
        await window.click("#stopped button", "Start again")
        await window.shows("online", "#bot-state")
        await window.until("document.getElementById('stopped').hidden")
        await sample_process.stop()
    await window.open("about:blank")


async def test_somebody_new_joins_from_the_page_leaves_and_comes_back(browser: Browser, town: Town) -> None:
    await browser.click("#rail button", "Join a server")
    await browser.click(".menu button", "New person")
    await browser.shows("They are in no server yet.", "dialog")
    await browser.type("Pia" + ENTER)
    await browser.until("document.querySelector('#person').selectedOptions[0].text === 'Pia — in no server'")
    await browser.click("#rail button", "Join a server")
    await browser.click(".menu button", "Join Town with screening")
    await browser.shows("do nothing else until you agree", "#screening")
    await browser.shows("Pia", "#members")
    await browser.shows("no role here", "#identity")
    await browser.click("#screening button", "Agree")
    await browser.until("document.querySelector('#screening').hidden")
    member = town.guild.member("pia")
    assert not member.pending
    await browser.click("#guild-name button", "Town")
    await browser.click(".menu button", "Leave server")
    await browser.shows("Direct messages", "#guild-name")
    await browser.click("#rail button", "Join a server")
    await browser.run("[...document.querySelectorAll('.menu button')].find(b => b.innerText === 'Join Town').click()")
    await browser.shows("no role here", ".roles")
    assert town.guild.member("pia") is not member
