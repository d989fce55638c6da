"""The variables that there are, with their descriptions, and how they are read: from the environment and `.env`."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AnyHttpUrl,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.config.values import ConfigurationError, MigrationsOnBoot, Settings
from app.db import NOT_AN_ADDRESS, normalize
from app.tls import AddressRefused

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
MAX_SNOWFLAKE = 2**63 - 1


class Variables(BaseSettings):
    """Every variable that the bot reads. The documentation prints the fields' descriptions."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    discord_token: SecretStr | None = Field(
        default=None, description="The bot's token. Unset: `run` starts the playground and says so."
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL, as `postgresql://user:password@host/database`; libpq options such as `sslmode` "
        "may follow. Unset: the embedded PostgreSQL in `DATA_DIR`.",
    )
    migration_database_url: SecretStr | None = Field(
        default=None,
        description="A direct connection for migrations, if `DATABASE_URL` goes through a pooler. "
        "Unset: `DATABASE_URL`.",
    )
    migrations_on_boot: MigrationsOnBoot | None = Field(
        default=None,
        description="`off`, `warn`, `require` or `auto`: what to do when the schema is not at the newest revision. "
        "Unset: `require`, and `auto` on the embedded database.",
    )
    bot_admin_ids: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(),
        description="Discord user ids, separated by commas, who may use operator commands such as `/migrate`, "
        "in addition to the application's owner or team.",
    )
    home_guild_id: int | None = Field(
        default=None,
        gt=0,
        le=MAX_SNOWFLAKE,
        description="If set, operator commands exist only in this server, and its administrators count as operators.",
    )
    data_dir: Path = Field(
        default=Path("data"),
        description="Where the embedded database, the backups and the file of erased people live.",
    )
    forget_servers_after_days: int = Field(
        default=90,
        ge=0,
        le=3650,
        description="After how many days all of a server is deleted that the bot is not in any more; 0 for never.",
    )
    keep_erasures_days: int = Field(
        default=365,
        ge=1,
        le=3650,
        description="For how many days a restored backup is cleared again of people who were erased. "
        "Keep no backup for longer.",
    )
    http_host: str = Field(default="127.0.0.1", description="Address of `/livez`, `/readyz` and `/metrics`.")
    http_port: int = Field(
        default=8081, ge=0, le=65535, description="The port of these; 0 takes any free port and logs it."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`."
    )
    log_format: Literal["text", "json"] | None = Field(
        default=None, description="`text` or `json`. Unset: text on a terminal, else json."
    )
    shard_count: int | None = Field(
        default=None,
        ge=1,
        le=16384,
        description="The number of shards in all processes together. Unset: Discord decides.",
    )
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode] = Field(
        default=None,
        description="The shards that this process runs, such as `0-3` or `0,2`. Needs `SHARD_COUNT`.",
    )
    discord_api_url: AnyHttpUrl | None = Field(
        default=None,
        description="Base URL of the REST API, for a stand-in on this machine. Unset: Discord.",
    )

    @field_validator("database_url", "migration_database_url")
    @classmethod
    def _must_be_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            normalize(value.get_secret_value())
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, value: Any) -> Any:
        return value.strip().upper() if isinstance(value, str) else value

    @field_validator("migrations_on_boot", "log_format", mode="before")
    @classmethod
    def _any_case_below(cls, value: Any) -> Any:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("bot_admin_ids", mode="before")
    @classmethod
    def _list_of_ids(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        ids = value.replace(",", " ").split()
        if not all(part.isascii() and part.isdigit() and 0 < int(part) <= MAX_SNOWFLAKE for part in ids):
            raise ValueError("not a list of ids")
        return frozenset(int(part) for part in ids)

    @field_validator("shard_ids", mode="before")
    @classmethod
    def _list_of_shards(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        shards: set[int] = set()
        for part in value.replace(",", " ").split():
            first, dash, last = part.partition("-")
            if int(last or first) - int(first) > MAX_SHARD_RANGE:
                raise ValueError("too many shards")
            shards.update(range(int(first), int(last) + 1) if dash else [int(first)])
        if not shards:
            raise ValueError("no shards")
        return tuple(sorted(shards))

    @field_validator("discord_api_url")
    @classmethod
    def _must_be_loopback(cls, url: AnyHttpUrl | None) -> AnyHttpUrl | None:
        # The token is sent to this address, so any other machine would be a way to steal it.
        if url is not None and url.host not in LOOPBACK:
            raise ValueError("not this machine")
        return url

    @model_validator(mode="after")
    def _shards_must_exist(self, info: ValidationInfo) -> "Variables":
        del info
        if self.shard_ids is not None and (self.shard_count is None or self.shard_ids[-1] >= self.shard_count):
            raise ValueError("SHARD_IDS: each must be below SHARD_COUNT, which has to be set too")
        return self

    def settings(self) -> Settings:
        """Return them as plain values."""
        plain = {name: _plain(getattr(self, name)) for name in type(self).model_fields}
        return Settings(**plain)


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value) if isinstance(value, AnyHttpUrl) else value


MAX_SHARD_RANGE = 16384

EXPECTED = {
    "database_url": "a PostgreSQL address such as postgresql://user:password@host:5432/database",
    "migration_database_url": "a PostgreSQL address such as postgresql://user:password@host:5432/database",
    "migrations_on_boot": "one of off, warn, require, auto",
    "bot_admin_ids": "Discord user ids separated by commas, such as 1001,1002",
    "home_guild_id": "one Discord server id: digits only",
    "forget_servers_after_days": "a whole number of days from 0 to 3650",
    "keep_erasures_days": "a whole number of days from 1 to 3650",
    "http_port": "a port from 0 to 65535",
    "log_level": "one of DEBUG, INFO, WARNING, ERROR",
    "log_format": "text or json",
    "shard_count": "a whole number from 1 to 16384",
    "shard_ids": "shard numbers such as 0-3 or 0,2",
    "discord_api_url": "an address on this machine such as http://127.0.0.1:9000/api/v10",
}


def read(**values: Any) -> Settings:
    """Read the environment and `.env`; keyword arguments win over both.

    Raises ConfigurationError with a line per mistake. No line repeats a value: it could be a secret.
    """
    try:
        return Variables(**values).settings()
    except ValidationError as error:
        raise ConfigurationError([_explain(mistake) for mistake in error.errors()]) from None
    except UnicodeDecodeError:
        raise ConfigurationError([".env: has to be saved as UTF-8"]) from None
    except OSError as error:
        raise ConfigurationError([f".env: cannot be read: {error.strerror}"]) from None


def _explain(mistake: Any) -> str:
    if not mistake["loc"]:
        return str(mistake["msg"]).removeprefix("Value error, ")
    field = str(mistake["loc"][0])
    cause = mistake.get("ctx", {}).get("error")
    if isinstance(cause, AddressRefused) and str(cause) != NOT_AN_ADDRESS:
        return f"{field.upper()} {cause}."
    expected = EXPECTED.get(field)
    return f"{field.upper()}: {f'has to be {expected}' if expected else mistake['msg']}"
