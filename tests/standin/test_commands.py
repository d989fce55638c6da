"""Application commands: what is registered, what Discord refuses, and who is offered what."""

from typing import Any

import pytest

from standin import ChangeKind, Guild, NoSuchCommand, Person, Rule, RuleType, StandIn, World, permissions
from tests.standin.wire import Api, BareBot


def slash(name: str = "ping", **fields: Any) -> dict[str, Any]:
    return {"name": name, "description": "Answer"} | fields


def option(name: str = "text", kind: int = 3, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "description": "Some"} | fields


def path_of(world: World, guild: Guild | None = None) -> str:
    place = f"/guilds/{guild.id}" if guild else ""
    return f"/applications/{world.application.id}{place}/commands"


async def test_commands_come_back_as_discord_says_them(api: Api, world: World, discord_: StandIn):
    changes = []
    discord_.subscribe(lambda change: changes.append(change.kind))
    sent = slash(
        options=[option(required=False, choices=[], autocomplete=False), option("number", 4, min_value=1)],
        default_member_permissions=permissions.MANAGE_GUILD,
        contexts=[0],
    )
    [command] = (await api.put(path_of(world), [sent])).body
    assert command["type"] == 1
    assert command["default_member_permissions"] == str(permissions.MANAGE_GUILD)
    assert command["options"] == [
        {"type": 3, "name": "text", "description": "Some"},
        {"type": 4, "name": "number", "description": "Some", "min_value": 1},
    ]
    assert (await api.get(path_of(world))).body[0].items() <= command.items()
    assert (await api.get(f"{path_of(world)}/{command['id']}")).body == command
    assert changes == [ChangeKind.COMMANDS_CHANGED]


async def test_overwriting_keeps_the_ids_of_what_stays(api: Api, world: World):
    path = path_of(world)
    first = {each["name"]: each for each in (await api.put(path, [slash("one"), slash("two")])).body}
    second = {each["name"]: each for each in (await api.put(path, [slash("two"), slash("three")])).body}
    assert second.keys() == {"two", "three"}
    assert second["two"] == first["two"]
    third = (await api.put(path, [slash("two", description="Changed")])).body[0]
    assert third["id"] == first["two"]["id"]
    assert third["version"] != first["two"]["version"]


async def test_one_command_is_made_changed_and_deleted(api: Api, world: World, lighthouse: Guild):
    for path in (path_of(world), path_of(world, lighthouse)):
        made = await api.post(path, slash())
        assert made.status == 201
        again = await api.post(path, slash(description="Again"))
        assert (again.status, again.body["id"]) == (200, made.body["id"])
        one = f"{path}/{made.body['id']}"
        assert (await api.patch(one, {"description": "Third"})).body["description"] == "Third"
        assert (await api.delete(one)).status == 204
        assert (await api.delete(one)).refusal == (404, 10063)
    assert (await api.get("/applications/1/commands")).code == 10002


INVALID_NAME = "APPLICATION_COMMAND_INVALID_NAME"
NAME_TAKEN = "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"
CHOICE_TAKEN = "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS"
MENU_DESCRIPTION = "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID"
WRONG_ORDER = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
WRONG_TYPE = "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"
BOTH = "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE"
TOO_LARGE = "APPLICATION_COMMAND_TOO_LARGE"
TOO_LONG, TOO_SHORT, NOT_A_CHOICE = "BASE_TYPE_MAX_LENGTH", "BASE_TYPE_MIN_LENGTH", "BASE_TYPE_CHOICES"
SUBCOMMAND = option("sub", 1)
NAME_IN_GERMAN, DESCRIPTION_IN_GERMAN = "name_localizations.de", "description_localizations.de"
LONG_IN_FINNISH = [
    {"name": f"n{n}", "value": f"v{n}", "name_localizations": {"fi": "f" * 99 + chr(n + 97)}} for n in range(25)
]
LONG = [{"name": "n" * 99 + str(n), "value": "v" * 99 + str(n)} for n in range(3)]


def choice(name: str = "a", **fields: Any) -> dict[str, Any]:
    return {"name": name, "value": name} | fields


def taking(*options: dict[str, Any]) -> dict[str, Any]:
    return slash(options=list(options))


def choosing(*choices: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return taking(option(choices=list(choices), **fields))


def german(name: str) -> dict[str, Any]:
    return {"name_localizations": {"de": name}}


def described_in_german(text: str) -> dict[str, Any]:
    return slash(description_localizations={"de": text})


REFUSED = {
    "a capital letter": (slash("Ping"), "name", INVALID_NAME),
    "a space": (slash("ping me"), "name", INVALID_NAME),
    "33 characters": (slash("x" * 33), "name", TOO_LONG),
    "no description": ({"name": "ping"}, "description", "BASE_TYPE_REQUIRED"),
    "a description of 101": (slash(description="x" * 101), "description", TOO_LONG),
    "a menu entry with a description": (slash(type=3), "description", MENU_DESCRIPTION),
    "26 options": (taking(*(option(f"o{n}") for n in range(26))), "options", TOO_LONG),
    "an option's name with a capital": (taking(option("Text")), "options.0.name", INVALID_NAME),
    "the same option twice": (taking(option(), option()), "options.1.name", NAME_TAKEN),
    "required after optional": (taking(option("a"), option("b", required=True)), "options.1", WRONG_ORDER),
    "a subcommand beside an option": (taking(SUBCOMMAND, option()), "options.0.type", WRONG_TYPE),
    "a subcommand in a subcommand": (taking(SUBCOMMAND | {"options": [option("deep", 1)]}), "", "UNION"),
    "choices and autocomplete": (choosing(choice(), autocomplete=True), "options.0.choices", BOTH),
    "26 choices": (choosing(*(choice(str(n)) for n in range(26))), "options.0.choices", TOO_LONG),
    "a choice of 101": (choosing(choice("x" * 101, value="x")), "options.0.choices.0.name", TOO_LONG),
    "the same choice twice": (choosing(choice(), choice(value="b")), "options.0.choices.1.name", CHOICE_TAKEN),
    "a number as text": (choosing(choice(value="one"), type=4), "options.0.choices.0.value", "BASE_TYPE_BAD_TYPE"),
    "least above most": (taking(option(type=4, min_value=5, max_value=1)), "options.0.min_value", "NUMBER_TYPE_MAX"),
    "no language of Discord's": (slash(name_localizations={"xx": "ping"}), "name_localizations.xx", NOT_A_CHOICE),
    "an option's description in no language of Discord's": (
        taking(option(description_localizations={"de-DE": "Etwas"})),
        "options.0.description_localizations.de-DE",
        NOT_A_CHOICE,
    ),
    "a translated name with a capital": (taking(option(**german("Text"))), f"options.0.{NAME_IN_GERMAN}", INVALID_NAME),
    "a translated name of 33": (slash(**german("x" * 33)), NAME_IN_GERMAN, TOO_LONG),
    "an empty translated description": (described_in_german(""), DESCRIPTION_IN_GERMAN, TOO_SHORT),
    "a translated description of 101": (described_in_german("x" * 101), DESCRIPTION_IN_GERMAN, TOO_LONG),
    "two options with one name in German": (
        taking(option(**german("wort")), option("word", **german("wort"))),
        f"options.1.{NAME_IN_GERMAN}",
        NAME_TAKEN,
    ),
    "a translation that is another option's name": (
        taking(option(), option("word", **german("text"))),
        f"options.1.{NAME_IN_GERMAN}",
        NAME_TAKEN,
    ),
    "two choices with one name in German": (
        choosing(choice(**german("x")), choice("b", **german("x"))),
        f"options.0.choices.1.{NAME_IN_GERMAN}",
        CHOICE_TAKEN,
    ),
    "more than 8,000 characters in the longest language": (
        taking(*(option(f"o{n}", choices=LONG_IN_FINNISH) for n in range(4))),
        "",
        TOO_LARGE,
    ),
    "more than 8,000 characters": (
        taking(*(option(f"o{n}", description="x" * 100, choices=LONG) for n in range(12))),
        "",
        TOO_LARGE,
    ),
}


@pytest.mark.parametrize(("command", "path", "code"), REFUSED.values(), ids=REFUSED)
async def test_refused(api: Api, world: World, discord_: StandIn, command, path, code):
    refused = await api.post(path_of(world), command)
    assert refused.status == 400
    if code != "UNION":
        assert refused.refusal == (400, 50035)
        assert code in refused.wrong(path), refused.body
        refused = await api.put(path_of(world), [slash("fine"), command])
        assert code in refused.wrong(f"1.{path}"), refused.body
    assert discord_.violations
    assert world.commands.of(None) == []


async def test_names_in_other_scripts(api: Api, world: World):
    names = ["größe", "настройки", "提醒", "रिमाइंडर", "ตั้งค่า", "snake_case", "it's-2"]
    assert (await api.put(path_of(world), [slash(name) for name in names])).status == 200


GERMAN = slash(
    name_localizations={"de": "klopf", "en-GB": "ping"},
    description_localizations={"de": "Antwort"},
    options=[
        option(
            name_localizations={"de": "wort"},
            choices=[{"name": "yes", "value": "y", "name_localizations": {"de": "ja"}}],
        )
    ],
)


async def test_commands_come_back_with_all_translations_or_the_readers_own(api: Api, world: World):
    [made] = (await api.put(path_of(world), [GERMAN])).body
    assert made["name_localizations"] == GERMAN["name_localizations"]
    assert made["options"] == GERMAN["options"]
    assert (await api.get(f"{path_of(world)}?with_localizations=true")).body == [made]
    [german] = (await api.get(path_of(world), headers={"X-Discord-Locale": "de"})).body
    [option] = german["options"]
    assert (german["name_localized"], german["description_localized"]) == ("klopf", "Antwort")
    assert option == {
        "type": 3,
        "name": "text",
        "name_localized": "wort",
        "description": "Some",
        "choices": [{"name": "yes", "name_localized": "ja", "value": "y"}],
    }
    [plain] = (await api.get(path_of(world))).body
    assert "_local" not in str(plain)


@pytest.mark.parametrize(("locale", "name"), [("de", "klopf"), ("en-US", "ping"), ("fr", None)])
async def test_people_see_commands_in_their_language(bare: BareBot, alice: Person, locale: str, name: str | None):
    await bare.commands(GERMAN)
    alice.user.locale = locale
    [command] = alice.commands
    assert (command["name"], command.get("name_localized")) == ("ping", name)


async def test_translated_names_are_unique_only_among_commands_of_a_kind(api: Api, world: World):
    german = {"name_localizations": {"de": "Zitat"}}
    menus = [{"name": "Quote", "type": 2} | german, {"name": "Quote", "type": 3} | german]
    assert (await api.put(path_of(world), menus)).status == 200
    small = [slash("quote", name_localizations={"de": "zitat"}), slash("cite", name_localizations={"de": "zitat"})]
    refused = await api.put(path_of(world), small)
    assert refused.wrong("1.name_localizations.de") == ["APPLICATION_COMMANDS_DUPLICATE_NAME"]


async def test_how_many_there_may_be(api: Api, world: World, lighthouse: Guild):
    full = [slash(f"c{number}") for number in range(100)]
    menus = [{"name": f"Menu {number}", "type": 3} for number in range(15)]
    assert (await api.put(path_of(world), [*full, *menus])).status == 200
    assert (await api.put(path_of(world), [*full, slash("one-more")])).refusal == (400, 30032)
    assert (await api.post(path_of(world), slash("one-more"))).refusal == (400, 30032)
    assert (await api.post(path_of(world), {"name": "One more", "type": 3})).refusal == (400, 30032)
    twice = await api.put(path_of(world, lighthouse), [slash(), slash()])
    assert twice.wrong("1.name") == ["APPLICATION_COMMANDS_DUPLICATE_NAME"]
    # 115 were created so far; 200 a day is all.
    assert (await api.put(path_of(world, lighthouse), full[:85])).status == 200
    assert (await api.post(path_of(world, lighthouse), slash("day-is-over"))).refusal == (400, 30034)


async def test_who_is_offered_what(
    bare: BareBot, alice: Person, maya: Person, discord_: StandIn, lighthouse: Guild, world
):
    await bare.commands(
        slash("everybody"),
        slash("moderators", default_member_permissions=str(permissions.MANAGE_MESSAGES)),
        slash("administrators", default_member_permissions="0"),
        slash("servers", contexts=[0]),
        slash("messages", contexts=[1]),
        slash("adults", nsfw=True),
    )

    def offered(person: Person) -> set[str]:
        return {command["name"] for command in person.commands}

    assert offered(alice) == {"everybody", "servers"}
    assert offered(maya) == {"everybody", "servers", "moderators"}
    adam, olivia = (discord_.person(name, alice.channel) for name in ("adam", "olivia"))
    assert offered(adam) == offered(olivia) == {"everybody", "servers", "moderators", "administrators"}
    assert offered(alice.in_dm()) >= {"everybody", "messages"}
    assert "servers" not in offered(alice.in_dm())
    assert offered(alice.at(lighthouse.channel("staff-only"))) == set()
    stranger = discord_.person("nils", world.guild("The Boathouse").channel("general"))
    assert offered(stranger) == set()
    world.set_overwrite(alice.channel, lighthouse.everyone, deny=permissions.USE_APPLICATION_COMMANDS)
    assert offered(alice) == set()
    for name in ("everybody", "moderators", "nonsense"):
        with pytest.raises(NoSuchCommand):
            await alice.slash(name)


async def test_a_guilds_own_commands_stay_in_it(api: Api, world: World, lighthouse: Guild, discord_: StandIn):
    await api.put(path_of(world, lighthouse), [slash("here")])
    ben_here = discord_.person("ben", lighthouse.channel("general"))
    ben_there = discord_.person("ben", world.guild("The Boathouse").channel("general"))
    assert [command["name"] for command in ben_here.commands] == ["here"]
    assert ben_there.commands == []
    assert (await api.put(f"/applications/{world.application.id}/guilds/1/commands", [])).code == 10004
    world.bot_leaves(lighthouse)
    assert ben_here.commands == []
    assert (await api.put(path_of(world, lighthouse), [])).refusal == (403, 50001)


async def test_a_group_cannot_be_used_by_itself(bare: BareBot, alice: Person):
    await bare.commands(slash("settings", options=[SUBCOMMAND, option("group", 2, options=[option("deep", 1)])]))
    for words, problem in (
        ("settings", "subcommands"),
        ("settings group", "subcommands"),
        ("settings nothing", "there are: sub, group"),
    ):
        with pytest.raises(NoSuchCommand, match=problem):
            await alice.slash(words)


async def test_what_a_server_sets_under_integrations_decides_who_is_offered_what(
    api: Api, world: World, lighthouse: Guild, discord_: StandIn
):
    [ping, rule] = (
        await api.put(path_of(world), [slash(), slash("rule", default_member_permissions=permissions.MANAGE_GUILD)])
    ).body
    channel, alice = lighthouse.channel("general"), discord_.person("alice", lighthouse.channel("general"))

    def offered() -> set[str]:
        return {command["name"] for command in alice.commands}

    assert offered() == {"ping"}
    application = world.application.id
    world.commands.set_rules(lighthouse, int(rule["id"]), Rule(RuleType.USER, alice.id, permission=True))
    assert offered() == {"ping", "rule"}
    world.commands.set_rules(lighthouse, application, Rule(RuleType.ROLE, lighthouse.id, permission=False))
    assert offered() == {"rule"}
    everywhere = Rule(RuleType.CHANNEL, lighthouse.id - 1, permission=False)
    world.commands.set_rules(lighthouse, application, everywhere)
    assert offered() == set()
    world.commands.set_rules(lighthouse, application, everywhere, Rule(RuleType.CHANNEL, channel.id, permission=True))
    assert offered() == {"ping", "rule"}
    listed = (await api.get(f"{path_of(world, lighthouse)}/permissions")).body
    assert {one["id"]: one["permissions"] for one in listed}[rule["id"]] == [
        {"id": str(alice.id), "type": 2, "permission": True}
    ]
    world.commands.set_rules(lighthouse, application)
    assert [one["id"] for one in (await api.get(f"{path_of(world, lighthouse)}/permissions")).body] == [rule["id"]]
    assert ping["id"] not in str(listed)
