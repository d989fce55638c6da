"""Dutch."""

from app.core.when.languages.grammar import (
    AFTERNOON,
    EVENING,
    MORNING,
    NIGHT,
    Clock,
    Language,
    counted,
    joined,
    names,
)

_DAYS = "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
_NAMES = names(_DAYS, "januari februari maart april mei juni juli augustus september oktober november december")
_WORDS = _NAMES | {f"{day}en": f"{_NAMES[day]}s" for day in _DAYS.split()} | {
    f"{day}s": f"{_NAMES[day]}s" for day in _DAYS.split()
} | {
    "woe": "wednesday", "vrij": "friday", "zat": "saturday", "zon": "sunday", "don": "thursday",
    "bevrijdingsdag": "5 may", "dag van de arbeid": "1 may", "driekoningen": "6 january", "mrt": "march",
    "okt": "october", "ma": "monday", "di": "tuesday", "wo": "wednesday", "do": "thursday",
    "vr": "friday", "za": "saturday", "zo": "sunday", "morgen": "tomorrow", "morgenochtend": "tomorrow morning",
    "morgenvroeg": "tomorrow morning", "morgen vroeg": "tomorrow morning", "morgenmiddag": "tomorrow afternoon",
    "morgenavond": "tomorrow evening", "morgen ochtend": "tomorrow morning", "overmorgen": "day after tomorrow",
    "vandaag": "today", "gisteren": "yesterday", "eergisteren": "yesterday", "vanavond": "today evening",
    "vanmiddag": "today afternoon", "vanmorgen": "today morning", "vanochtend": "today morning",
    "vannacht": "tonight", "deze avond": "today evening", "ochtend": "morning", "ochtends": "morning",
    "'s ochtends": "morning", "'s morgens": "morning", "s ochtends": "morning", "s morgens": "morning",
    "middag": "afternoon", "'s middags": "afternoon", "s middags": "afternoon", "namiddag": "afternoon",
    "voormiddag": "morning", "avond": "evening", "'s avonds": "evening", "s avonds": "evening", "avonds": "evening",
    "nacht": "night", "'s nachts": "night", "s nachts": "night", "middernacht": "midnight", "om": "at", "op": "on",
    "in": "in", "rond": "around", "omstreeks": "around", "ongeveer": "around", "circa": "around", "ca": "around",
    "tegen": "around", "precies": "", "stipt": "", "klokke": "", "de": "", "het": "", "van": "of", "en": "and",
    "over": "in", "binnen": "in", "na": "in", "tussen": "between", "seconde": "second", "minuut": "minute",
    "uur": "hour", "uren": "hours", "dag": "day", "week": "week", "maand": "month", "jaar": "year", "een": "1",
    "dagen": "days", "weken": "weeks", "maanden": "months", "jaren": "years", "minuten": "minutes",
    "volgende": "next", "volgend": "next", "aanstaande": "coming", "aankomende": "coming", "middaguur": "noon",
    "komende": "coming", "komend": "coming",
    "deze": "this", "dit": "this", "vorige": "last", "afgelopen": "last", "laatste": "last", "elke": "every",
    "elk": "every", "iedere": "every", "ieder": "every", "alle": "every", "om de": "every",
    "om de andere": "every other", "om de dag": "every other day", "om de week": "every other week",
    "om de maand": "every other month", "eind": "end", "einde": "end", "begin": "start", "gedurende": "for",
    "lang": "", "doordeweeks": "every weekday", "door de week": "every weekday", "werkdag": "weekday",
    "werkdagen": "weekdays", "weekdag": "weekday", "weekdagen": "weekdays", "weekeinde": "weekend",
    "weekends": "weekends", "weekenden": "weekends", "dagelijks": "daily", "wekelijks": "weekly",
    "maandelijks": "monthly", "jaarlijks": "yearly", "tweewekelijks": "every 2 weeks", "keer": "times",
    "maal": "times", "eenmaal": "once", "tweemaal": "twice", "driemaal": "thrice", "tot": "until",
    "tot en met": "until", "t/m": "until", "vanaf": "starting", "behalve": "except", "uitgezonderd": "except",
    "maar niet": "except", "zonder": "except", "alsjeblieft": "", "aub": "", "graag": "", "herinner me": "",
    "kerstmis": "christmas", "kerst": "christmas", "eerste kerstdag": "25 december", "1e kerstdag": "25 december",
    "tweede kerstdag": "26 december", "kerstavond": "24 december", "oudejaarsavond": "31 december",
    "oudjaar": "31 december", "nieuwjaarsdag": "1 january", "nieuwjaar": "1 january", "sinterklaas": "5 december",
    "koningsdag": "27 april", "pasen": "easter", "pinksteren": "pentecost", "valentijnsdag": "14 february",
    "nu": "now", "laatste dag": "last day", "eerste dag": "first day",
}  # fmt: skip
_UNITS = {
    "seconde": "seconds", "seconden": "seconds", "sec": "seconds", "minuut": "minutes", "minuten": "minutes",
    "minuutjes": "minutes", "min": "minutes", "m": "minutes", "uur": "hours", "uren": "hours", "uurtje": "hours",
    "u": "hours", "h": "hours", "dag": "days", "dagen": "days", "week": "weeks", "weken": "weeks", "maand": "months",
    "maanden": "months", "jaar": "years", "jaren": "years", "kwartaal": "quarters", "kwartalen": "quarters",
}  # fmt: skip
_ONES = counted("een twee drie vier vijf zes zeven acht negen", 1)
_TENS = {word: number * 10 for word, number in counted("twintig dertig veertig vijftig zestig", 2).items()}
_LOW = counted(
    "twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien "
    "negentien", 2,
)  # fmt: skip
_JOINED = joined(_TENS, _ONES, "en", turned=True)
_STEMS = counted(
    "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende "
    "vijftiende zestiende zeventiende achttiende negentiende twintigste", 1,
)  # fmt: skip
_DAY = _DAYS.replace(" ", "|")
DUTCH = Language(
    words=_WORDS,
    numbers=_LOW | _TENS | _JOINED | {"nul": 0, "negentig": 90},
    ordinals=_STEMS | {f"{word}ste": number for word, number in _JOINED.items() if number < 32} | {"dertigste": 30},
    articles="een",
    units=_UNITS,
    hours="uur",
    leads={
        "over": "in",
        "binnen": "in",
        "in": "in",
        "na": "in",
        "gedurende": "for",
        "voor": "for",
        "elke": "every",
        "elk": "every",
        "iedere": "every",
        "ieder": "every",
        "om de": "every",
    },
    follows={"later": "later", "vanaf nu": "from now", "geleden": "ago", "lang": ""},
    from_days={
        "na": "after",
        "voor": "before",
        "vanaf": "from",
        "gerekend vanaf": "from",
        "na de": "after",
        "voor de": "before",
    },
    clocks=(
        Clock("(?:{q}|{m}(?: minuten)?) over half {h}(?: uur)?", -30),
        Clock("(?:{q}|{m}(?: minuten)?) voor half {h}(?: uur)?", -30, -1),
        Clock("half {h}(?: uur)?", -30),
        Clock("(?:{q}|{m}(?: minuten)?) over {h}(?: uur)?"),
        Clock("(?:{q}|{m}(?: minuten)?) voor {h}(?: uur)?", 0, -1),
        Clock("{h}[.:]{mm} ?(?:uur|u|h)"),
        Clock("{h} ?(?:uur|u) ?{m}{end}"),
        Clock("{h} ?(?:uur|u)", loose=True),
        Clock("(?<=om ){h}{end}"),
        Clock("(?<=rond ){h}{end}"),
        Clock("(?<=tegen ){h}{end}"),
    ),
    parts={
        "'?s (?:ochtends|morgens)|in de (?:vroege )?(?:ochtend|morgen|voormiddag)|ochtends": MORNING,
        "'?s middags|in de (?:na)?middag": AFTERNOON,
        "'?s avonds|in de avond|avonds": EVENING,
        "'?s nachts|in de nacht|nachts": NIGHT,
    },
    quarter="kwart",
    also_half="en een half(?: uur)?|en een halve",
    joint="en",
    no_length_after="kwart|[0-9]{1,2}(?: minuten)?",
    numbered=((rf"\b({_DAY}) ([0-9]{{1,2}})(?=$|,| om\b)", r"\1 the \2th"),),
    at="om|rond|tegen|omstreeks|vanaf|tot|van|tussen|en|t/m|ongeveer",
    habits=(
        (r"([0-9])([ap])m\b", r"\1\2.m."),
        (r"\b(een|twee|drie|vier|vijf|zes|[0-9]+) en een half uur\b", r"\1 uur en een half"),
        (r"\b(?:een )?half uur(?:tje)?\b(?! [0-9])", "30 minuten"),
        (r"\b(1[3-9]|2[0-9]|3[01])-([1-9]|1[0-2])\b(?![-0-9:])", r"\1/\2"),
        (r"\b(woe|vrij|zat|zon|don)\. ", r"\1 "),
        (r"\b(?:over|in) (?:ongeveer|circa|ca\.?|zo'n) (?=[0-9a-z])", "over "),
        (r"\b(?:drie|3) ?kwartier\b", "45 minuten"),
        (r"\b(?:een )?kwartier(?:tje)?\b", "15 minuten"),
        (r"\banderhal(?:f|ve)\b", "1.5"),
        (r"\b(twee|drie|vier|vijf)(?:en?eenhal(?:f|ve)|eneenhalf)\b", r"\1.5"),
        (r"\b([0-9]{1,2}) ?(?:ste|de|e)\b", r"\1th"),
        (r"\brond (?:de middag|het middaguur)\b", "rond 12:00 uur"),
        (rf"\b({_DAY})(ochtend|middag|avond|nacht)\b", r"\1 \2"),
        (rf"\bom de (?={_DAY})", "om de andere "),
        (r"\b(?:eerste|1e) kerstdag\b", "25 december"),
        (r"\b(?:tweede|2e) kerstdag\b", "26 december"),
        (
            r"\b(?:een|eens|1|eenmaal|een keer)(?: keer| maal)? (?:per|in de|elke) (dag|week|maand|jaar|uur)\b",
            r"elke \1",
        ),
        (r"\b(twee|drie|vier|[2-9]) keer (?:per|in de|elke) (dag|week|maand)\b", r"\1 keer elke \2"),
    ),
)
