import pytest

from app.db import normalize


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg", "POSTGRESQL"])
def test_every_scheme_means_the_same(scheme: str) -> None:
    url = normalize(f"{scheme}://me:secret@db.example:6543/bot").url
    assert url.render_as_string(hide_password=False) == "postgresql+asyncpg://me:secret@db.example:6543/bot"


@pytest.mark.parametrize(
    ("written", "password"),
    [
        ("p%40ss%25 w%20rd", "p@ss% w rd"),
        ("p@ss", "p@ss"),
        ("100%", "100%"),
        ("with space", "with space"),
        ("a:b:c", "a:b:c"),
        ("", ""),
    ],
)
def test_passwords_may_hold_anything(written: str, password: str) -> None:
    database = normalize(f"postgresql://me:{written}@localhost/bot")
    assert database.url.password == password
    assert database.url.host == "localhost"
    assert database.libpq_environment()["PGPASSWORD"] == password


def test_printing_an_address_never_shows_the_password() -> None:
    database = normalize("postgresql://me:hunter2@localhost:5433/bot?sslpassword=hunter2")
    assert "hunter2" not in f"{database} {database!r}"
    assert str(database) == "localhost:5433/bot"


def test_libpq_options_reach_asyncpg_in_its_own_form() -> None:
    database = normalize(
        "postgres://me:pw@h/bot?sslmode=require&sslkey=/dev/null&channel_binding=require&connect_timeout=7"
        "&application_name=mine&options=-c%20search_path%3Dx%20-cwork_mem=8MB%20--lock-timeout=5s"
        "&target_session_attrs=read-write"
    )
    arguments = database.connect_args(application_name="concierge", jit="off")
    assert arguments["timeout"] == 7.0
    assert arguments["server_settings"] == {
        "application_name": "mine",
        "jit": "off",
        "search_path": "x",
        "work_mem": "8MB",
        "lock_timeout": "5s",
    }
    assert "sslmode=require" in arguments["dsn"]
    assert "sslkey=%2Fdev%2Fnull" in arguments["dsn"]
    assert "target_session_attrs=read-write" in arguments["dsn"]
    assert "channel_binding" not in arguments["dsn"]
    environment = database.libpq_environment()
    assert environment["PGSSLMODE"] == "require"
    assert environment["PGCHANNELBINDING"] == "require"
    assert environment["PGCONNECT_TIMEOUT"] == "7"


def test_sockets_several_hosts_and_ipv6() -> None:
    socket = normalize("postgresql://me@/bot?host=/run/pg")
    assert (socket.url.host, socket.hosts) == (None, "/run/pg")
    assert socket.connect_args()["host"] == ["/run/pg"]
    several = normalize("postgresql://me:pw@a:1,b/bot")
    assert (several.hosts, several.ports) == ("a,b", "1,5432")
    six = normalize("postgresql://me:pw@[::1]:5433/bot")
    assert (six.url.host, six.url.port) == ("::1", 5433)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost/bot",
        "mysql://me:hunter2@h/bot",
        "sqlite:///x",
        "postgresql+psycopg://me:hunter2@h/b",
        "postgresql://me:hunter2@h:port/b",
        "postgresql://me:hunter2@h/b?not an option=1",
        "postgresql://me:hunter2@h/b?options=rubbish",
    ],
)
def test_anything_else_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(is not a PostgreSQL|has )") as refusal:
        normalize(text)
    assert "hunter2" not in str(refusal.value)
