"""German."""

from typing import TypeVar

from app.core.when.languages.grammar import (
    AFTERNOON,
    EVENING,
    MORNING,
    NIGHT,
    NOON,
    Clock,
    Language,
    counted,
    joined,
    names,
)
from app.core.when.vocabulary import MONTHS

_DAYS = "montag dienstag mittwoch donnerstag freitag samstag sonntag"
_NAMES = names(_DAYS, "januar februar marz april mai juni juli august september oktober november dezember")
_WORDS = _NAMES | {f"{day}s": f"every {_NAMES[day]}" for day in _DAYS.split()} | {
    "sonnabend": "saturday", "sonnabends": "every saturday", "janner": "january", "mar": "march", "mrz": "march",
    "okt": "october", "dez": "december",
    "mo": "monday", "di": "tuesday", "mi": "wednesday", "do": "thursday", "fr": "friday", "sa": "saturday",
    "so": "sunday",
    "ubermorgen": "day after tomorrow", "morgen fruh": "tomorrow morning", "morgen": "tomorrow", "heute": "today",
    "heute abend": "today evening", "heute nacht": "tonight", "gestern": "yesterday", "vorgestern": "yesterday",
    "morgens": "morning", "vormittags": "morning", "vormittag": "morning", "nachmittags": "afternoon",
    "nachmittag": "afternoon", "abends": "evening", "abend": "evening", "nachts": "night", "nacht": "night",
    "fruh": "morning", "fruhmorgens": "morning", "spatabends": "evening", "mittagszeit": "noon",
    "heute vormittag": "today morning", "heute morgen": "today morning",
    "heute fruh": "today morning", "am morgen": "morning", "in der fruh": "morning", "am abend": "evening",
    "am nachmittag": "afternoon", "am vormittag": "morning", "in der nacht": "night",
    "mittag": "noon", "mittags": "noon", "am mittag": "noon", "mitternacht": "midnight", "uhr": "", "um": "at",
    "am": "on", "den": "", "der": "", "dem": "", "die": "", "das": "", "des": "of", "im": "in", "in": "in",
    "vom": "from", "von": "from", "und": "and", "an": "on", "zum": "to", "zwischen": "between", "zur": "",
    "spater": "later", "nach": "after", "spatestens": "by", "spatestens am": "by", "vor": "before",
    "gegen": "around", "ungefahr": "around", "circa": "around", "ca": "around", "zirka": "around", "etwa": "around",
    "punkt": "", "genau": "", "exakt": "",
    "sekunde": "second", "minute": "minute", "stunde": "hour", "tag": "day", "woche": "week", "monat": "month",
    "jahr": "year", "ein": "1", "eine": "1", "einen": "1", "einem": "1", "einer": "1", "eines": "1",
    "nachste": "next", "nachsten": "next", "nachster": "next", "nachstes": "next", "nachstem": "next",
    "kommende": "coming", "kommenden": "coming", "kommender": "coming", "kommendes": "coming", "kommendem": "coming",
    "diesen": "this", "dieser": "this",
    "diese": "this", "dieses": "this", "diesem": "this", "letzte": "last", "letzten": "last", "letzter": "last",
    "vergangenen": "last", "jeden": "every", "jede": "every", "jedes": "every", "jeder": "every", "jedem": "every",
    "alle": "every", "jeweils": "every", "jeden zweiten": "every other", "jede zweite": "every other",
    "jedes zweite": "every other", "jeden morgen": "every morning", "jeden mittag": "every day noon",
    "jeden vormittag": "every morning", "werktag": "weekday", "werktags": "every weekday", "werktagen": "weekdays",
    "wochentag": "weekday", "wochentags": "every weekday", "arbeitstag": "weekday", "arbeitstags": "every weekday",
    "unter der woche": "every weekday", "wochenende": "weekend", "wochenenden": "weekends", "taglich": "daily",
    "stundlich": "hourly", "wochentlich": "weekly", "monatlich": "monthly", "quartal": "3 months",
    "zweimonatlich": "every 2 months", "jahrlich": "yearly",
    "vierteljahrlich": "every 3 months", "halbjahrlich": "every 6 months", "alltaglich": "daily",
    "zweiwochentlich": "every 2 weeks", "vierzehntagig": "every 2 weeks", "mal": "times", "bis": "until",
    "bis zum": "until", "ab": "starting", "ausser": "except", "ausgenommen": "except", "aber nicht": "except",
    "ohne": "except", "im monat": "of the month", "des monats": "of the month", "monats": "month", "jahres": "year",
    "ende": "end", "ende jedes monats": "end of every month", "ende jeden monats": "end of every month",
    "anfang": "start", "beginn": "start", "fur": "for", "lang": "", "bitte": "", "erinnere mich": "",
    "erinnere mich daran": "", "immer": "", "und am": "and", "einmal": "once", "zweimal": "twice", "dreimal": "thrice",
    "letzter tag": "last day", "jetzt": "now", "weihnachten": "christmas", "weihnachtstag": "christmas day",
    "erster weihnachtstag": "25 december", "zweiter weihnachtstag": "26 december", "allerheiligen": "1 november",
    "tag der arbeit": "1 may", "tag der deutschen einheit": "3 october", "valentinstag": "14 february",
    "dreikonigstag": "6 january", "heilige drei konige": "6 january", "punktlich": "", "kommende woche": "next week",
    "nachste woche": "next week", "kommenden monat": "next month", "don": "thursday", "silvester": "31 december",
    "heiligabend": "24 december", "heiliger abend": "24 december", "neujahr": "1 january",
    "nikolaus": "6 december", "karfreitag": "good friday", "ostersonntag": "easter sunday",
    "ostermontag": "easter monday",
    "grundonnerstag": "maundy thursday", "karsamstag": "holy saturday", "palmsonntag": "palm sunday",
    "aschermittwoch": "ash wednesday", "christi himmelfahrt": "ascension day", "himmelfahrt": "ascension day",
    "pfingstsonntag": "whit sunday", "pfingstmontag": "whit monday", "fronleichnam": "corpus christi",
    "muttertag": "mother's day", "ostern": "easter", "pfingsten": "pentecost",
}  # fmt: skip
_UNITS = {
    "sekunde": "seconds", "sekunden": "seconds", "sek": "seconds", "s": "seconds", "minute": "minutes",
    "minuten": "minutes", "min": "minutes", "m": "minutes", "stunde": "hours", "stunden": "hours", "std": "hours",
    "h": "hours", "tag": "days", "tage": "days", "tagen": "days", "woche": "weeks", "wochen": "weeks",
    "monat": "months", "monate": "months", "monaten": "months", "jahr": "years", "jahre": "years", "jahren": "years",
    "quartal": "quarters", "quartale": "quarters",
}  # fmt: skip
_ONES = counted("ein zwei/zwo drei vier funf sechs sieben acht neun", 1)
_TENS = {
    word: number * 10
    for word, number in counted("zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig", 2).items()
}
_NUMBERS = (
    counted("zwei/zwo drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn "
            "siebzehn achtzehn neunzehn", 2)
    | _TENS | joined(_TENS, _ONES, "und", turned=True) | {"null": 0}
)  # fmt: skip
_STEMS = counted(
    "erst zweit dritt viert funft sechst siebt/siebent acht neunt zehnt elft zwolft dreizehnt vierzehnt funfzehnt "
    "sechzehnt siebzehnt achtzehnt neunzehnt zwanzigst",
    1,
) | {f"{ones}und{tens}st": number + value for ones, number in _ONES.items() for tens, value in
     (("zwanzig", 20), ("dreissig", 30)) if number + value < 32} | {"dreissigst": 30}  # fmt: skip
_UMLAUTS = {
    "spat": "spaet", "fruh": "frueh", "nachst": "naechst", "marz": "maerz", "taglich": "taeglich", "tagig": "taegig",
    "stundlich": "stuendlich", "wochentlich": "woechentlich", "jahrlich": "jaehrlich", "funf": "fuenf",
    "zwolf": "zwoelf", "fur": "fuer", "janner": "jaenner", "ungefahr": "ungefaehr", "ubermorgen": "uebermorgen",
}  # fmt: skip
"""German words without the letters that other keyboards lack."""


Meaning = TypeVar("Meaning")


def _typed(words: dict[str, Meaning]) -> dict[str, Meaning]:
    """Add the spellings without umlauts."""
    spelled = dict(words)
    for plain, typed in _UMLAUTS.items():
        spelled |= {word.replace(plain, typed): meaning for word, meaning in spelled.items() if plain in word}
    return spelled


_DAY = "|".join([*_DAYS.split(), "sonnabend"])
_SHORT_MONTHS = ["jan", "feb", "apr", "jun", "jul", "aug", "sept?", "nov"]
_MONTH = "|".join(_SHORT_MONTHS + [word for word, english in _typed(_WORDS).items() if english in MONTHS])
_PART = "vormittag|nachmittag|mittag|abend|nacht"
_DAY_AND_MONTH = r"(0?[1-9]|[12][0-9]|3[01])\.(0?[1-9]|1[0-2])(?![0-9.:])(?! ?(?:uhr|h)\b)"
GERMAN = Language(
    words=_typed(_WORDS),
    numbers=_typed(_NUMBERS),
    ordinals=_typed({stem + end: number for stem, number in _STEMS.items() for end in ("e", "en", "er", "es", "em")}),
    articles="eine[mnrs]?|ein",
    units=_UNITS,
    hours="",
    leads={
        "in": "in",
        "innerhalb von": "in",
        "fur": "for",
        "alle": "every",
        "jede": "every",
        "vor": "ago",
        "binnen": "in",
        "nach": "in",
    },
    follows={"spater": "later", "ab jetzt": "from now", "von jetzt an": "from now", "lang": "", "her": "ago"},
    from_days={"von": "from", "nach": "after", "nach dem": "after", "vor": "before", "vor dem": "before", "ab": "from"},
    clocks=(
        Clock("{m}(?: minuten)? nach halb {h}(?: uhr)?", -30),
        Clock("{m}(?: minuten)? vor halb {h}(?: uhr)?", -30, -1),
        Clock("dreiviertel {h}(?: uhr)?", -15),
        Clock("halb {h}(?: uhr)?", -30),
        Clock("(?:{q}|{m}(?: minuten)?) nach {h}(?: uhr)?"),
        Clock("(?:{q}|{m}(?: minuten)?) vor {h}(?: uhr)?", 0, -1),
        Clock("(?<!in )(?<!alle ){h}[.:]{mm} ?(?:uhr|h)"),
        Clock("(?<=ab ){h}[.:]{mm}{end}"),
        Clock("{h} ?uhr (?:und )?{m}(?: minuten)?{end}"),
        Clock("{h} ?uhr"),
        Clock("(?<=um ){h}{end}"),
        Clock("(?<=gegen ){h}{end}"),
    ),
    parts={
        "(?:fruh|morgens|fruhmorgens|vormittags?|(?:am|in der) (?:fruhen )?(?:morgen|vormittag|fruh))": MORNING,
        "mittags|am mittag": NOON,
        "nachmittags?|am (?:fruhen |spaten )?nachmittag": AFTERNOON,
        "abends?|am (?:fruhen |spaten )?abend": EVENING,
        "nachts|in der nacht": NIGHT,
    },
    quarter="viertel",
    also_half="und eine halbe|und ne halbe|und eine viertel",
    joint="und",
    at="um|gegen|ab|bis",
    numbered=(
        (rf"\b({_DAY}) in 8 tagen\b", r"\1 in 1 woche"),
        (rf"\balle 14 tage (?=(?:am |jeweils )*(?:{_DAY}))", "alle 2 wochen "),
    ),
    habits=(
        # `9 am` at the end of a phrase was typed in English; anywhere else `am` is `on`.
        (r"\bso (?=ungefahr|circa|zirka|ca|etwa)", ""),
        (r"\bnach (?=[0-9a-z.]+ (?:stunden?|minuten?|tag|tagen|wochen?|monat|monaten)\b)", "in "),
        (r"\b(?:in etwa)$", "etwa"),
        (r"\b([0-9]{1,2})(?:ter|tes|ten|te)\b", r"\1."),
        (rf"\bu(?:e)?bernach?ste[rsn]? ({_DAY})\b", r"\1 after next"),
        (r"\bbis (?:spatestens|spaetestens)\b", "spatestens"),
        (r"\bgleich (?=morgen|am |in der |nach )", ""),
        (r"\b(?:um|zur|zu) (?:der|die)?(?:selben?|gleichen?) (?:uhr)?zeit\b", "same time"),
        (r"\b(?:um )?(?:die )?(?:gleiche|selbe|dieselbe) (?:uhr)?zeit\b", "same time"),
        (r"\bum diese (?:uhr)?zeit\b", "this time"),
        (r"\b(?:als erstes|in aller fr(?:u|ue)h(?:e)?)\b", "first thing"),
        (r"\b(?:nach|vor) (?:dem )?(?:mittagessen|abendessen|fruhstuck|fruehstueck|schlafen ?gehen)\b", "mealtime"),
        (r"\bnach (?:der (?:arbeit|schule)|(?:dem )?feierabend)\b", "mealtime"),
        (r"\b(?:in der|zur|um die) mittags(?:pause|zeit)\b", "lunchtime"),
        (r"\bu(?:e)?bernachste[rsn]? woche\b", "week after next"),
        (r"\bu(?:e)?bernachste[rsn]? monat\b", "month after next"),
        (r"\bu(?:e)?bernachste[rsn]? jahr\b", "year after next"),
        (r"([0-9])([ap])m\b", r"\1\2.m."),
        (r"([0-9]) ([ap])m(?=$| tomorrow\b| today\b| on\b| every\b)", r"\1\2.m."),
        (r"(?<![0-9.])([0-9]{1,2})\. ([0-9]{1,2})\.(?: ([0-9]{4}))?(?![0-9])", r"\1.\2.\3"),
        (rf"\b({_DAY})({_PART})s?\b", r"\1 \2"),
        (rf"\b({_DAY})morgen\b", r"\1 vormittag"),
        (rf"\b({_DAY}) morgen\b", r"\1 vormittag"),
        (rf"\b({_DAY}),? de[rn] ([0-9]{{1,2}})(?=$|,| um\b)", r"\1 \2th"),
        (rf"\bdes ({_DAY})s\b", r"\1"),
        # `13.09` is a date after `am`, and beside a time.
        (rf"\bam {_DAY_AND_MONTH}", r"am \1.\2."),
        (
            rf"^{_DAY_AND_MONTH}(?=.* [0-9]{{1,2}}(?:[:.][0-9]{{2}}| ?uhr| ?h\b))",
            r"\1.\2.",
        ),
        (r"\bab (?:fruhestens|fruehestens)\b", "ab"),
        (r"\b([0-9]+) tg\b", r"\1 tage"),
        (r"\b(?:einem |ein )?halbe[ns]? jahr\b", "6 monate"),
        (r"\b(?:einer |eine |ne )?halben? stunde\b", "30 minuten"),
        (r"\b(?:einer |eine |ne )?viertelstunde\b", "15 minuten"),
        (r"\b(?:einer |eine )?dreiviertelstunde\b", "45 minuten"),
        (r"\b(?:einer |eine )?dreiviertel stunde\b", "45 minuten"),
        (r"\b(?:anderthalb|eineinhalb)\b", "1.5"),
        (r"\b(zwei|drei|vier|funf|fuenf|sechs)einhalb\b", r"\1.5"),
        # `jeden zweiten Montag` is every other one, but not when it is of a month.
        (rf"\b(?:an )?jede[mnrs]? zweite[mnrs]?\b(?! (?:{_DAY}) (?:im|des|eines|jedes|jeden) )", "every other"),
        (r"\b(?:aller|alle) (?=[0-9a-z])", "alle "),
        (rf"(?<![0-9.:])([0-9]{{1,2}})\. ?(?=(?:{_MONTH})\b)", r"\1 "),
        (r"\bum ([0-9]{1,2})\.(?=$| )", r"um \1"),
        (r"(?<![0-9.:])\b([0-9]{1,2})\.(?=$|,| )", r"\1th"),
        (r"\b(?:ein ?mal|1 ?mal|1x) (?:pro|in der|im|am|je|jede[nrs]?) (stunde|tag|woche|monat|jahr)\b", r"jede \1"),
        (r"\b(zwei|drei|vier|[2-9]) ?mal (?:pro|in der|im|am|je|jede[nrs]?) (tag|woche|monat)\b", r"\1 mal jede \2"),
    ),
    unclear=((r"\bso (um|gegen) (?=[0-9]|halb|viertel)", r"sonntag \1", r"\1"),),
)
