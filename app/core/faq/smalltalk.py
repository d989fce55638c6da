"""What is no question, in the languages that Discord has: greetings, thanks, yes and no."""

import re

from app.core.faq.folding import fold

_SIGNS = re.compile(r"[!-/:-@\[-`{-~\u2010-\u2026\u3001\u3002\uff01-\uff1f\u00a1\u00bf\u0964\U0001f000-\U0001faff]+")

_SAID = """
ok okay oki k kk okey thanks thank you thx ty tysm cheers np no problem youre welcome are
yes yeah yep yup nope nah sure maybe right true false cool nice great good awesome perfect lol lmao rofl haha hahaha
xd
hi hello hey heya hiya yo sup greetings morning evening night day gm gn bye goodbye cya see ya
brb afk gg wp same agreed exactly please sorry my bad oops wow omg idk hm hmm huh what who why how when where
doing is it going whats up new to meet
danke schon vielen dank bitte ja nein doch genau gut super toll hallo moin servus guten tag morgen
abend gute nacht tschuss bis dann wie geht es dir gehts alles klar
merci beaucoup oui non daccord bonjour salut bonsoir bonne nuit au revoir ca va comment allez vous
gracias muchas si vale hola buenos dias buenas tardes noches adios hasta luego como estas que tal
grazie mille prego bene ciao salve buongiorno buonasera buonanotte arrivederci come stai
obrigado obrigada muito sim nao tudo bem ola oi bom dia boa tarde noite tchau vai
bedankt je wel dankjewel nee goed prima hoi goedemorgen goedenavond doei tot ziens hoe gaat het
спасибо большое да нет ок хорошо ладно привет здравствуйте добрый день доброе утро вечер пока
до свидания как дела
дякую так ні добре привіт добрий бувай як справи
dziekuje dzieki tak nie dobrze czesc hej dzien dobry wieczor do widzenia co slychac
tack nej bra hejda god morgon godt farvel takk nei kiitos joo ei hei moi
dekuji diky ano ne dobre ahoj den koszonom igen nem jo szia multumesc da nu bine buna ziua
tesekkurler tesekkur ederim evet hayir tamam merhaba selam gunaydin iyi geceler nasilsin
terima kasih iya tidak halo selamat pagi aciu taip labas hvala dobro bok cam on vang khong xin chao
ευχαριστω ναι οχι γεια καλημερα благодаря здравей не धन्यवाद नमस्ते हाँ नहीं ขอบคุณ สวัสดี ใช่ ไม่
ありがとう ありがとうございます はい いいえ うん こんにちは こんばんは おはよう おはようございます さようなら
お元気ですか 了解 わかりました
谢谢 謝謝 多谢 好 好的 是 是的 不 不是 你好 您好 早上好 晚上好 晚安 再见 再見 你好吗 嗨
감사합니다 고마워 고마워요 네 아니 아니요 안녕 안녕하세요 안녕히 가세요 잘 지내세요 ㅇㅋ ㅋㅋ ㅎㅎ
"""
_POLITE = """
please pls plz hi hello hey thanks thank thx ty sorry guys anyone anybody everyone someone somebody bitte danke hallo
moin merci bonjour salut svp gracias hola favor grazie ciao prego obrigado obrigada ola oi bedankt hoi aub
привет спасибо пожалуйста здравствуйте prosze czesc tack hej takk kiitos hei
"""
POLITE = frozenset(_POLITE.split())
"""What people say around a question, and what therefore says nothing of what it is about."""
_WORDS = frozenset(fold(_SAID).split())


def is_small_talk(text: str) -> bool:
    """Tell whether a text has nothing in it but what people say without asking anything."""
    said = _SIGNS.sub(" ", fold(text).replace("'", "").replace("\u2019", "")).split()
    return all(word in _WORDS for word in said)
