"""What the operator chose, as plain values."""

from dataclasses import field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from app.core.errors import BotError
from app.core.records import record
from app.db import normalize


class ConfigurationError(BotError):
    """The environment cannot be used. `mistakes` has one line for each thing that is wrong."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


class MigrationsOnBoot(StrEnum):
    """What to do when the database is not at the newest revision as the bot starts."""

    OFF = "off"
    WARN = "warn"
    REQUIRE = "require"
    AUTO = "auto"


@record(kw_only=True)
class Settings:
    """Every variable that the bot reads; `app.config.variables` describes them. Printing them shows no secret."""

    discord_token: str | None = field(repr=False)
    database_url: str | None = field(repr=False)
    migration_database_url: str | None = field(repr=False)
    migrations_on_boot: MigrationsOnBoot | None
    bot_admin_ids: frozenset[int]
    home_guild_id: int | None
    data_dir: Path
    forget_servers_after_days: int
    keep_erasures_days: int
    http_host: str
    http_port: int
    log_level: str
    log_format: Literal["text", "json"] | None
    shard_count: int | None
    shard_ids: tuple[int, ...] | None
    discord_api_url: str | None

    @property
    def boot_mode(self) -> MigrationsOnBoot:
        """What to do at boot. Unless configured: `require`, and `auto` on the embedded database."""
        if self.migrations_on_boot is not None:
            return self.migrations_on_boot
        return MigrationsOnBoot.AUTO if self.database_url is None else MigrationsOnBoot.REQUIRE

    def secrets(self) -> tuple[str, ...]:
        """Return everything that must not be shown: the token and the passwords of the databases."""
        addresses = [address for address in (self.database_url, self.migration_database_url) if address]
        passwords = [normalize(address).url.password for address in addresses]
        return tuple(str(secret) for secret in (self.discord_token, *passwords) if secret)
