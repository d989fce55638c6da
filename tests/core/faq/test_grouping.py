"""Which searches ask the same."""

import random
import time

from app.core.faq.analysis import words
from app.core.faq.grouping import MAX_TEXTS, grouped

SMALL = frozenset(["how", "do", "i", "a", "the", "my", "to", "get", "can", "where", "are", "wie", "ich", "mein"])
SAME = [
    ["how do i reset my password", "reset password", "password reset?", "how to reset pasword"],
    ["where are the rules", "rules", "rule"],
    ["how do i get the vip role", "vip role"],
    ["how do i get the admin role"],
    ["wie setze ich mein passwort zuruck", "passwort zurucksetzen"],
    ["パスワードのリセット方法", "パスワードのリセット"],
    ["如何重置密码", "重置密码"],
    ["비밀번호 재설정", "비밀번호를 재설정하는 방법"],
    ["как сбросить пароль", "сбросить пароль"],
    ["!!!"],
    ["???"],
]


def test_what_asks_the_same_in_any_script_is_one_group_and_nothing_else_is() -> None:
    texts = [text for group in SAME for text in group]
    found = grouped([words(text) for text in texts], SMALL)
    assert [[texts[number] for number in group] for group in found] == SAME


def test_as_many_texts_as_are_compared_take_a_moment() -> None:
    luck = random.Random(1)
    vocabulary = ["".join(luck.choices("abcdefghijklmnopqrstuvwxyz", k=luck.randint(3, 9))) for _ in range(1500)]
    often = [1 / (place + 1) for place in range(len(vocabulary))]
    texts = [words(" ".join(luck.choices(vocabulary, often, k=luck.randint(1, 8)))) for _ in range(MAX_TEXTS)]
    began = time.process_time()
    assert sorted(number for group in grouped(texts) for number in group) == list(range(MAX_TEXTS))
    assert time.process_time() - began < 2
