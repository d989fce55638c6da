from pathlib import Path

import pytest

from app.config import ConfigurationError, MigrationsOnBoot, Settings, database_of, load_settings


def read(**environment: str) -> Settings:
    return load_settings(_env_file=None, **{name.lower(): value for name, value in environment.items()})


def test_nothing_has_to_be_set() -> None:
    settings = read()
    assert settings.discord_token is None
    assert settings.boot_mode is MigrationsOnBoot.AUTO
    assert settings.data_dir == Path("data")


def test_the_environment_is_read_in_the_forms_people_use(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DISCORD_TOKEN": "abc.def.ghi",
        "DATABASE_URL": "postgres://me:pw@h/bot",
        "BOT_ADMIN_IDS": "1001, 1002 1003",
        "SHARD_COUNT": "8",
        "SHARD_IDS": "0-2,5",
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "JSON",
        "MIGRATIONS_ON_BOOT": "",
        "DISCORD_API_URL": "http://127.0.0.1:9000/api/v10",
    }.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(_env_file=None)
    assert settings.bot_admin_ids == {1001, 1002, 1003}
    assert settings.shard_ids == (0, 1, 2, 5)
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")
    assert settings.boot_mode is MigrationsOnBoot.REQUIRE
    assert settings.secrets() == ("abc.def.ghi", "pw")


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("DATABASE_URL", "mysql://me:hunter2@h/b", "a PostgreSQL address"),
        ("MIGRATION_DATABASE_URL", "hunter2", "a PostgreSQL address"),
        ("MIGRATIONS_ON_BOOT", "hunter2", "one of off, warn, require, auto"),
        ("BOT_ADMIN_IDS", "me,hunter2", "Discord user ids separated by commas"),
        ("BOT_ADMIN_IDS", "99999999999999999999", "Discord user ids separated by commas"),
        ("HOME_GUILD_ID", "-5", "one Discord server id"),
        ("HTTP_PORT", "70000", "a port from 0 to 65535"),
        ("LOG_LEVEL", "loud", "one of DEBUG, INFO, WARNING, ERROR"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("SHARD_COUNT", "0", "a whole number from 1"),
        ("SHARD_IDS", "a-b", "shard numbers such as 0-3"),
        ("SHARD_IDS", "0-99999999999", "shard numbers such as 0-3"),
        ("DISCORD_API_URL", "http://evil.example/api", "an address on this machine"),
        ("DISCORD_API_URL", "http://127.0.0.1.evil.example/api", "an address on this machine"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_would_be_right(name: str, value: str, right: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        read(**{name: value})
    (line,) = refusal.value.mistakes
    assert line.startswith(f"{name}: has to be {right}")
    assert value not in line
    assert "\n" not in line


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        read(HTTP_PORT="x", LOG_LEVEL="y")
    assert [line.split(":")[0] for line in refusal.value.mistakes] == ["HTTP_PORT", "LOG_LEVEL"]


@pytest.mark.parametrize("environment", [{"SHARD_IDS": "0"}, {"SHARD_IDS": "0-4", "SHARD_COUNT": "4"}])
def test_shards_have_to_exist(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="SHARD_IDS: each must be below SHARD_COUNT"):
        read(**environment)


def test_migrations_take_the_direct_way_where_there_is_one() -> None:
    settings = read(DATABASE_URL="postgres://me:pw@pooler/bot", MIGRATION_DATABASE_URL="postgres://me:pw@direct/bot")
    with database_of(settings) as (database, migrations):
        assert (database.url.host, migrations.url.host) == ("pooler", "direct")
    with database_of(read(DATABASE_URL="postgres://me:pw@only/bot")) as (database, migrations):
        assert migrations is database


def test_an_env_file_of_windows_is_read_or_refused(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes("DISCORD_TOKEN=abc\n".encode("utf-8-sig"))
    assert load_settings(_env_file=file).secrets() == ("abc",)
    file.write_bytes("DISCORD_TOKEN=abc\n".encode("utf-16"))
    with pytest.raises(ConfigurationError) as refused:
        load_settings(_env_file=file)
    assert refused.value.mistakes == [".env: has to be saved as UTF-8"]
