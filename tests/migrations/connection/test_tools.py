"""PostgreSQL's own programs get exactly what they need to reach the same database."""

from app.db import normalize
from app.migrate.connection import tools


def test_a_password_beside_the_address_reaches_the_programs_too(monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "beside")
    monkeypatch.setenv("PGHOST", "elsewhere")
    monkeypatch.setenv("DISCORD_TOKEN", "not.for.others")
    without = tools.environment(normalize("postgresql://concierge@db/concierge"), "test")
    assert without["PGPASSWORD"] == "beside"
    assert without["PGHOST"] == "db"
    assert "DISCORD_TOKEN" not in without
    within = tools.environment(normalize("postgresql://concierge:within@db/concierge"), "test")
    assert within["PGPASSWORD"] == "within"
