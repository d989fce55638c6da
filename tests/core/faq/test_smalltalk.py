"""What is no question, whatever the FAQ holds."""

import pytest

from app.core.faq.smalltalk import is_small_talk


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            "ok",
            "OK!!",
            "Thanks :)",
            "thank you",
            "How are you?",
            "what's up",
            "Danke schön!",
            "Guten Morgen",
            "👍",
        ),
        *(
            "Merci beaucoup",
            "¡Gracias!",
            "Спасибо!",
            "谢谢！",
            "ありがとうございます。",
            "감사합니다",
            "Olá",
            "teşekkürler",
        ),
    ],
)
def test_this_is_none(said: str) -> None:
    assert is_small_talk(said)


@pytest.mark.parametrize(
    "said",
    [
        "How do I reset my password?",
        "rules?",
        "Wie geht das mit den Rollen?",
        "как сменить пароль",
        "密码",
        "ok but where is the file",
    ],
)
def test_this_may_be_one(said: str) -> None:
    assert not is_small_talk(said)
