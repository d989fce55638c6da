import json
import logging
import sys

import pytest

from app import logs
from app.core.messages import msg


@pytest.fixture
def log_to(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    root = logging.getLogger()
    was, level = root.handlers[:], root.level
    yield lambda style: logs.configure("INFO", style, ("hunter2-and-more", "x"))
    root.handlers[:], root.level = was, level


def test_json_lines_carry_what_was_given(log_to, capsys: pytest.CaptureFixture[str]) -> None:
    log_to("json")
    logging.getLogger("app.test").info("something happened", extra={"guild": 5})
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "something happened"
    assert (line["level"], line["logger"], line["guild"]) == ("INFO", "app.test", 5)
    assert line["timestamp"]


@pytest.mark.parametrize("style", ["text", "json"])
def test_secrets_never_show_not_even_in_a_traceback(style: str, log_to, capsys: pytest.CaptureFixture[str]) -> None:
    log_to(style)
    try:
        raise ValueError("token hunter2-and-more is bad")
    except ValueError:
        logging.getLogger("app.test").exception(
            "failed with %s", "hunter2-and-more", extra={"also": "hunter2-and-more"}
        )
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert "hunter2" not in written
    assert written.count("[hidden]") >= 3


def test_text_shows_the_extra_facts(log_to, capsys: pytest.CaptureFixture[str]) -> None:
    log_to("text")
    logging.getLogger("app.test").warning("careful", extra={"guild": 5})
    assert "WARNING app.test  careful  guild=5" in capsys.readouterr().err


@pytest.mark.parametrize("style", ["text", "json"])
def test_sentences_in_a_list_read_as_sentences(style: str, log_to, capsys: pytest.CaptureFixture[str]) -> None:
    log_to(style)
    others = [msg("{number} of these", number=1), msg("{number} of those", number=2)]
    logging.getLogger("app.test").info("counted", extra={"others": others, "best": others[0]})
    written = capsys.readouterr().err
    assert "Message" not in written
    assert written.count("1 of these") == 2
    assert written.count("2 of those") == 1
    assert style == "json" or "others=1 of these, 2 of those  best=1 of these" in written


def test_libraries_only_speak_up_when_something_is_wrong(log_to, capsys: pytest.CaptureFixture[str]) -> None:
    log_to("text")
    logging.getLogger("discord.http").info("chatter")
    logging.getLogger("discord.http").error("trouble")
    assert "chatter" not in (written := capsys.readouterr().err)
    assert "trouble" in written
    assert sys.exc_info() == (None, None, None)
