"""What sounds like a question, what of it is searched for, and what is sure enough to be suggested."""

import time
from dataclasses import dataclass

import pytest

from app.core.faq.asking import best_of, is_worth_a_search, questions_in, said_in, sounds_like_a_question
from app.core.faq.automatic import Automatic


@dataclass(frozen=True)
class Found:
    id: int
    confidence: float


@pytest.mark.parametrize(
    "text",
    [
        "where do I find my key",
        "Hello, can somebody tell me the rules",
        "I restarted it. It still doesn't work",
        "Is there a wiki",
        "wie ändere ich mein Passwort",
        "Moin, gibt es hier Regeln",
        "Der Login geht nicht",
        "comment changer de mot de passe",
        "¿Dónde están las reglas",
        "как сменить пароль",
        "パスワードを変更するには？",
        "怎样修改密码",
        "비밀번호를 어떻게 바꾸나요",
        "Που είναι οι κανόνες;",
        "reset my password?!",
        "the door\nhow does it open",
    ],
)
def test_it_sounds_like_a_question(text: str) -> None:
    assert sounds_like_a_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "I reset my password today",
        "I like it; it is good",
        "Whatever you say",
        "Das war ein schöner Tag",
        "see https://example.com/?q=1 for that",
        "`what?` is what it printed",
        "> how do I do that?\nJust press the button",
        "Il marche",
        "今日はいい天気です",
    ],
)
def test_it_does_not_sound_like_a_question(text: str) -> None:
    assert not sounds_like_a_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "what?",
        "!help me please",
        "/faq search password",
        "$balance of everybody",
        "🎉🎉🎉🎉🎉🎉🎉🎉🎉",
        "<@123456789012345678>",
        "https://example.com/how-do-i-reset",
        "```\nhow do I reset my password?\n```",
        "12345 67890 12345",
        "\0" * 50,
    ],
)
def test_it_is_not_worth_a_search(text: str) -> None:
    assert not is_worth_a_search(text)
    assert questions_in(text) == ()


@pytest.mark.parametrize("text", ["password?", "密码怎么改", "как войти", "...how do I get in", "- where is it kept"])
def test_it_is_worth_a_search(text: str) -> None:
    assert is_worth_a_search(text)


def test_what_asks_is_searched_for_and_all_of_it() -> None:
    said = "Hi <@5>, I came back after years.\nHow do I reset my password? See `log` at https://example.com, thank you"
    assert questions_in(said) == (
        "How do I reset my password?",
        "I came back after years. How do I reset my password? See at thank you",
    )
    # How it leads up to that is in no answer.
    asked = "Hello! I cannot get in any more. Does anybody here know how to reset the password? Thanks!"
    assert questions_in(asked)[0] == "how to reset the password?"
    assert questions_in("hey guys, wie ändere ich das Passwort")[0] == "wie ändere ich das Passwort"
    assert questions_in("reset password please") == ("reset password please",)
    assert said_in("a  b\n\n> c\n d ") == "a b\nd"
    # Of a post in a forum, the title is what is asked.
    assert questions_in("Nothing works. What now?", "Reset my password") == (
        "Reset my password",
        "Reset my password What now?",
    )
    assert questions_in("How do I reset my password?", "Hi") == (
        "How do I reset my password?",
        "Hi How do I reset my password?",
    )
    assert len(max(questions_in("why oh why? " * 1000), key=len)) <= 4000


def test_it_is_suggested_only_if_it_is_sure() -> None:
    place = Automatic(1, threshold=70)
    found = [Found(1, 0.5), Found(2, 0.7), Found(3, 0.69)]
    assert best_of(found, place, is_question=True) == Found(2, 0.7)
    # Of what does not sound like a question it has to be much surer.
    assert best_of(found, place, is_question=False) is None
    assert best_of([Found(1, 0.86)], place, is_question=False) == Found(1, 0.86)
    assert best_of([Found(1, 0.69)], place, is_question=True) is None
    assert best_of([], place, is_question=True) is None
    assert best_of([Found(1, 1.0)], Automatic(1, threshold=100), is_question=False) == Found(1, 1.0)


@pytest.mark.parametrize(
    "text", ["!" * 4000, "<@" * 2000, "`" * 4000, " " * 4000, "\n>" * 2000, "how do i\n" * 440, "α;" * 2000]
)
def test_whatever_is_written_is_read_at_once(text: str) -> None:
    began = time.process_time()
    for _ in range(10):
        questions_in(text, text[:100])
        sounds_like_a_question(text)
    # Quadratic ones took two seconds.
    assert time.process_time() - began < 1
