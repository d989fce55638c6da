"""Translation of phrases in other languages into the English that the parser reads.

The keys are folded (lower case, no accents) and replaced from the longest to the shortest, as whole words; `#` stands
for a number. A phrase that holds none of them is left as it is, so that English works whatever a person's locale.
"""

import re
from functools import lru_cache

from app.core.errors import InvalidInput
from app.core.when.vocabulary import DAYS, MONTHS


def _names(days: str, months: str, numbers: str) -> dict[str, str]:
    words = dict(zip(days.split(), DAYS, strict=True)) | dict(zip(months.split(), MONTHS, strict=True))
    return words | {word: str(number) for number, word in enumerate(numbers.split(), 2)}


GERMAN = _names(
    "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "januar februar marz april mai juni juli august september oktober november dezember",
    "zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
) | {
    "sonnabend": "saturday", "janner": "january", "mar": "march", "okt": "october", "dez": "december", "mo": "monday",
    "di": "tuesday", "mi": "wednesday", "do": "thursday", "fr": "friday", "so": "sunday",
    "ubermorgen": "day after tomorrow", "uebermorgen": "day after tomorrow", "morgen fruh": "tomorrow morning",
    "morgen": "tomorrow", "heute": "today", "heute abend": "today evening", "heute nacht": "tonight",
    "gestern": "yesterday", "vorgestern": "yesterday", "morgens": "morning", "vormittags": "morning",
    "nachmittags": "afternoon", "nachmittag": "afternoon", "abends": "evening", "abend": "evening", "nachts": "night",
    "mittag": "noon", "mittags": "noon", "mitternacht": "midnight", "fruh": "morning", "uhr": "", "um": "at",
    "am": "on", "den": "", "der": "", "dem": "", "des": "of", "im": "in", "vom": "from", "von": "from",
    "und": "and",
    "sekunde": "second", "sekunden": "seconds", "minute": "minute", "minuten": "minutes", "stunde": "hour",
    "stunden": "hours", "std": "hours", "tag": "day", "tage": "days", "tagen": "days", "woche": "week",
    "wochen": "weeks", "monat": "month", "monats": "month", "monate": "months", "monaten": "months", "jahr": "year",
    "jahres": "year", "jahre": "years", "jahren": "years", "ein": "1", "eine": "1", "einen": "1", "einem": "1",
    "einer": "1", "in einer halben stunde": "in 30 minutes", "eine halbe stunde": "30 minutes",
    "halbe stunde": "30 minutes", "anderthalb stunden": "90 minutes", "eineinhalb stunden": "90 minutes",
    "viertelstunde": "15 minutes", "nachste": "next", "nachsten": "next", "nachster": "next", "nachstes": "next",
    "kommenden": "coming", "diesen": "this", "dieser": "this", "diese": "this", "letzte": "last", "letzten": "last",
    "letzter": "last", "jeden": "every", "jede": "every", "jedes": "every", "jeder": "every", "alle": "every",
    "jeden zweiten": "every other", "werktag": "weekday", "werktags": "every weekday", "wochenende": "weekend",
    "taglich": "daily", "stundlich": "hourly", "wochentlich": "weekly", "monatlich": "monthly", "jahrlich": "yearly",
    "ersten": "first", "erster": "first", "zweiten": "second", "dritten": "third", "vierten": "fourth",
    "mal": "times", "bis": "until", "bis zum": "until", "ab": "starting", "montags": "every monday",
    "dienstags": "every tuesday", "mittwochs": "every wednesday", "donnerstags": "every thursday",
    "freitags": "every friday", "samstags": "every saturday", "sonntags": "every sunday", "ausser": "except",
    "ausgenommen": "except", "aber nicht": "except", "ohne": "except", "an": "on", "wochenenden": "weekends",
    "sa": "saturday", "vormittag": "morning", "heute vormittag": "today morning", "nacht": "night",
    "jeden morgen": "every morning", "jeden mittag": "every day noon", "jeden vormittag": "every morning",
    "jede zweite": "every other", "jedes zweite": "every other", "im monat": "of the month",
    "des monats": "of the month", "werktagen": "weekdays", "wochentags": "every weekday", "ende": "end",
    "anfang": "start", "fur": "for", "bitte": "", "erinnere mich": "", "immer": "", "einer viertelstunde": "15 minutes",
    "eine viertelstunde": "15 minutes", "dreiviertelstunde": "45 minutes", "einer dreiviertelstunde": "45 minutes",
    "viertel nach": "quarter past", "viertel vor": "quarter to", "funfzehn": "15", "zwanzig": "20", "dreissig": "30",
    "vierzig": "40", "funfundvierzig": "45", "sechzig": "60", "neunzig": "90", "minuten lang": "minutes",
    "und am": "and", "zum": "to", "weihnachten": "christmas", "silvester": "31 december", "heiligabend": "24 december",
}  # fmt: skip

UMLAUTS = {
    "fruh": "frueh", "nachst": "naechst", "marz": "maerz", "taglich": "taeglich", "stundlich": "stuendlich",
    "wochentlich": "woechentlich", "jahrlich": "jaehrlich", "funf": "fuenf", "zwolf": "zwoelf", "fur": "fuer",
    "janner": "jaenner",
}  # fmt: skip
"""German words without the letters that other keyboards lack."""
GERMAN.update(
    {
        word.replace(plain, spelled): meaning
        for word, meaning in list(GERMAN.items())
        for plain, spelled in UMLAUTS.items()
        if plain in word
    }
)

FRENCH = _names(
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "deux trois quatre cinq six sept huit neuf dix onze douze",
) | {
    "demain": "tomorrow", "apres-demain": "day after tomorrow", "apres demain": "day after tomorrow",
    "aujourd'hui": "today", "hier": "yesterday", "ce matin": "today morning", "ce soir": "today evening",
    "cet apres-midi": "today afternoon", "cette nuit": "tonight", "matin": "morning", "soir": "evening",
    "apres-midi": "afternoon", "du matin": "morning", "du soir": "evening", "de l'apres-midi": "afternoon",
    "midi": "noon", "minuit": "midnight", "a": "at", "le": "on the", "la": "", "les": "", "de": "of", "du": "of",
    "dans": "in", "et": "and", "1er": "1st", "seconde": "second", "secondes": "seconds", "minute": "minute",
    "minutes": "minutes", "heure": "hour", "heures": "hours", "jour": "day", "jours": "days", "semaine": "week",
    "semaines": "weeks", "mois": "month", "an": "year", "ans": "years", "annee": "year", "un": "1", "une": "1",
    "une demi-heure": "30 minutes", "une heure et demie": "90 minutes", "un quart d'heure": "15 minutes",
    "prochain": "coming", "prochaine": "coming", "semaine prochaine": "next week", "mois prochain": "next month",
    "an prochain": "next year", "annee prochaine": "next year", "la semaine prochaine": "next week",
    "le mois prochain": "next month", "tous les": "every", "toutes les": "every", "chaque": "every",
    "lundis": "mondays", "mardis": "tuesdays", "mercredis": "wednesdays", "jeudis": "thursdays",
    "vendredis": "fridays", "samedis": "saturdays", "dimanches": "sundays",
    "jour ouvrable": "weekday", "jours ouvrables": "weekday",
    "week-end": "weekend", "quotidien": "daily", "quotidiennement": "daily", "hebdomadaire": "weekly",
    "mensuel": "monthly", "premier": "first", "deuxieme": "second", "troisieme": "third", "quatrieme": "fourth",
    "dernier": "last", "derniere": "last", "fois": "times", "jusqu'a": "until", "jusqu'au": "until",
    "jusqu'en": "until", "a partir de": "starting", "a partir du": "starting", "sauf": "except",
    "excepte": "except", "hormis": "except", "mais pas": "except", "sans": "except", "au": "to",
    "week-ends": "weekends", "weekends": "weekends", "noel": "christmas", "matins": "morning", "soirs": "evening",
    "les jours ouvrables": "every weekday", "en semaine": "every weekday", "fin": "end", "la fin": "end",
    "a la fin": "end", "debut": "start", "pendant": "for", "demi-heure": "30 minutes", "demi heure": "30 minutes",
    "une demi heure": "30 minutes", "demi-heures": "30 minutes", "trois quarts d'heure": "45 minutes",
    "quinze": "15", "vingt": "20", "trente": "30", "quarante": "40", "quarante-cinq": "45", "s'il te plait": "",
    "s'il vous plait": "",
}  # fmt: skip

DUTCH = _names(
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "twee drie vier vijf zes zeven acht negen tien elf twaalf",
) | {
    "mrt": "march", "okt": "october", "ma": "monday", "di": "tuesday", "wo": "wednesday", "vr": "friday",
    "za": "saturday", "zo": "sunday", "morgen": "tomorrow", "morgenochtend": "tomorrow morning",
    "morgenmiddag": "tomorrow afternoon", "morgenavond": "tomorrow evening", "overmorgen": "day after tomorrow",
    "vandaag": "today", "gisteren": "yesterday", "eergisteren": "yesterday", "vanavond": "today evening",
    "vanmiddag": "today afternoon", "vanmorgen": "today morning", "vanochtend": "today morning",
    "vannacht": "tonight", "ochtend": "morning", "'s ochtends": "morning", "'s morgens": "morning",
    "middag": "afternoon", "'s middags": "afternoon", "avond": "evening", "'s avonds": "evening",
    "'s nachts": "night", "middernacht": "midnight", "om": "at", "op": "on", "de": "", "het": "", "van": "of",
    "en": "and", "over": "in", "binnen": "in", "# uur": "at #:00", "over # uur": "in # hours",
    "elke # uur": "every # hours", "om de # uur": "every # hours", "uur": "hour", "uren": "hours",
    "seconde": "second", "seconden": "seconds", "minuut": "minute", "minuten": "minutes", "dag": "day",
    "dagen": "days", "week": "week", "weken": "weeks", "maand": "month", "maanden": "months", "jaar": "year",
    "jaren": "years", "een": "1", "een half uur": "30 minutes", "half uur": "30 minutes",
    "anderhalf uur": "90 minutes", "een uur": "1 hour", "kwartier": "15 minutes", "een kwartier": "15 minutes",
    "volgende": "next", "volgend": "next", "komende": "coming", "deze": "this", "dit": "this", "vorige": "last",
    "laatste": "last", "elke": "every", "elk": "every", "iedere": "every", "ieder": "every", "om de": "every",
    "om de andere": "every other", "om de dag": "every other day", "om de week": "every other week",
    "om de maand": "every other month", "s avonds": "evening", "s ochtends": "morning", "s morgens": "morning",
    "s middags": "afternoon", "s nachts": "night", "eind": "end", "einde": "end", "begin": "start",
    "kwart over": "quarter past", "kwart voor": "quarter to", "drie kwartier": "45 minutes", "gedurende": "for",
    "doordeweeks": "every weekday", "vijftien": "15", "twintig": "20", "dertig": "30", "veertig": "40",
    "vijfenveertig": "45", "alsjeblieft": "", "aub": "",
    "werkdag": "weekday", "werkdagen": "weekdays", "weekeinde": "weekend",
    "dagelijks": "daily", "wekelijks": "weekly", "maandelijks": "monthly", "jaarlijks": "yearly", "eerste": "first",
    "tweede": "second", "derde": "third", "vierde": "fourth", "keer": "times", "maal": "times", "tot": "until",
    "tot en met": "until", "t/m": "until", "vanaf": "starting", "behalve": "except",
    "uitgezonderd": "except", "maar niet": "except", "zonder": "except", "weekends": "weekends",
    "weekenden": "weekends", "kerstmis": "christmas",
}  # fmt: skip

SPANISH = _names(
    "lunes martes miercoles jueves viernes sabado domingo",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "dos tres cuatro cinco seis siete ocho nueve diez once doce",
) | {
    "setiembre": "september", "manana": "tomorrow", "manana por la manana": "tomorrow morning",
    "manana por la tarde": "tomorrow afternoon", "manana por la noche": "tomorrow evening",
    "por la manana": "morning", "por la tarde": "afternoon", "por la noche": "evening", "de la manana": "morning",
    "de la tarde": "afternoon", "de la noche": "evening", "pasado manana": "day after tomorrow", "hoy": "today",
    "ayer": "yesterday", "anteayer": "yesterday", "esta noche": "tonight", "esta tarde": "today afternoon",
    "mediodia": "noon", "medianoche": "midnight", "a las": "at", "a la": "at", "a": "at", "al": "at", "el": "on",
    "los": "", "las": "", "la": "", "del": "of", "de": "of", "en": "in", "dentro de": "in", "y": "and",
    "segundo": "second", "segundos": "seconds", "minuto": "minute", "minutos": "minutes", "hora": "hour",
    "horas": "hours", "dia": "day", "dias": "days", "semana": "week", "semanas": "weeks", "mes": "month",
    "meses": "months", "ano": "year", "anos": "years", "un": "1", "una": "1", "media hora": "30 minutes",
    "una hora y media": "90 minutes", "un cuarto de hora": "15 minutes", "proximo": "next", "proxima": "next",
    "que viene": "", "este": "this", "esta": "this", "cada": "every", "todos los": "every", "todas las": "every",
    "los lunes": "mondays", "los martes": "tuesdays", "los miercoles": "wednesdays", "los jueves": "thursdays",
    "los viernes": "fridays", "sabados": "saturdays", "domingos": "sundays",
    "dia laborable": "weekday", "dias laborables": "weekday",
    "fin de semana": "weekend", "diariamente": "daily", "semanalmente": "weekly", "mensualmente": "monthly",
    "primer": "first", "primero": "first", "tercer": "third", "ultimo": "last", "vez": "times", "veces": "times",
    "semana que viene": "next week", "la semana que viene": "next week", "mes que viene": "next month",
    "el mes que viene": "next month", "ano que viene": "next year", "mananas": "morning", "tardes": "afternoon",
    "noches": "evening", "cada manana": "every morning", "fin de mes": "end of month", "final de mes": "end of month",
    "finales de mes": "end of month", "a fin de mes": "end of month", "a finales de mes": "end of month",
    "durante": "for", "entre semana": "every weekday", "hora y media": "90 minutes", "quince": "15", "veinte": "20",
    "treinta": "30", "cuarenta": "40", "por favor": "", "nochebuena": "24 december", "nochevieja": "31 december",
    "hasta": "until", "desde": "starting", "a partir de": "starting", "a partir del": "starting", "excepto": "except",
    "salvo": "except", "menos": "except", "pero no": "except", "sin": "except", "fines de semana": "weekends",
    "navidad": "christmas",
}  # fmt: skip

SHORT_MONTHS = frozenset(month[:3] for month in MONTHS) | {"mrz", "okt", "dez", "mai"}
RANGE_WORDS = {"de": "until", "nl": "until", "es": "at"}
"""What the words between the ends of a range become: `montag bis freitag`, `lunes a viernes`."""
LANGUAGES = {"de": GERMAN, "fr": FRENCH, "nl": DUTCH, "es": SPANISH}

_GERMAN_MONTHS = "|".join(word for word, meaning in GERMAN.items() if meaning in MONTHS)
_GERMAN_DAYS = "|".join(word for word, meaning in GERMAN.items() if meaning in DAYS and len(word) > 2)
_DUTCH_DAYS = "|".join(word for word, meaning in DUTCH.items() if meaning in DAYS and len(word) > 2)
_SPANISH_HOURS = "una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce"
_AFTER_A_CLOCK = r"(?=$|,| (?:am|an|bis|ab|und|ausser|jeden|jede|morgen|heute|ubermorgen)\b)"

REWRITES: dict[str, list[tuple[re.Pattern[str], str]]] = {
    language: [(re.compile(pattern), replacement) for pattern, replacement in habits]
    for language, habits in {
        "de": [
            (r"(?<![0-9.])([0-9]{1,2})\. ([0-9]{1,2})\.(?: ([0-9]{4}))?(?![0-9])", r"\1.\2.\3"),
            (r"\b([0-9]{1,2}) uhr ([0-5][0-9])" + _AFTER_A_CLOCK, r"\1:\2"),
            (rf"\b({_GERMAN_DAYS})(vormittag|nachmittag|mittag|abend|nacht)s?\b", r"\1 \2"),
            (rf"\b({_GERMAN_DAYS})morgen\b", r"\1 vormittag"),
            # `jeden zweiten Montag` is every other one, but not when it is of a month.
            (rf"\bjeden zweiten (?=(?:{_GERMAN_DAYS}) (?:im|des) monat)", "jeden second "),
        ],
        "fr": [
            (r"\ble ([0-9]{1,2})(?= a\b| de (?:chaque|ce)\b| du mois\b| et\b|,|$)", r"the \1th"),
            (r"\ba ([0-9]{1,2}) heures?(?: ([0-5][0-9]))?(?![0-9])", r"a \1h\2"),
        ],
        "nl": [
            (rf"\bom de (?={_DUTCH_DAYS})", "om de andere "),
            (r"\b(over|elke|elk|om de) ([0-9]{1,2}) ?u\b", r"\1 \2 uur"),
            (r"(?<!over )(?<!elke )(?<!elk )(?<!de )\b([0-9]{1,2}) ?u(?:ur)? ?([0-5][0-9])(?![0-9:])", r"\1:\2"),
            (r"(?<!over )(?<!elke )(?<!om de )\b([0-9]{1,2}) ?u\b", r"\1 uur"),
            (r"\b([0-9]{1,2})(?:ste|de|e)\b", r"\1th"),
            (rf"\b({_DUTCH_DAYS})(ochtend|middag|avond|nacht)\b", r"\1 \2"),
        ],
        "es": [
            (r"\bde ([0-9]{4})\b", r"\1"),
            (r"\b(?:el )?dia ([0-9]{1,2})(?![0-9:/.-])", r"the \1th"),
            (r"\bel ([0-9]{1,2})(?= de cada| del? (?:proximo|este)|,| y\b| a las?\b|$)", r"the \1th"),
            (r"\b(horas|dias|semanas) y media?o?\b", r"\1 y half"),
        ],
    }.items()
}
"""Rewrites for the habits of each language, applied before its words are looked up."""


_SPANISH_PAST = re.compile(rf"\ba las? ({_SPANISH_HOURS}|[0-9]{{1,2}}) (y|menos) (media|cuarto)\b")


def _spanish_past(found: re.Match[str]) -> str:
    """Write `a las nueve y media` as half past nine."""
    hour = "1" if found[1] == "una" else SPANISH.get(found[1], found[1])
    quarter = "half" if found[3] == "media" else "quarter"
    return f"at {quarter} {'past' if found[2] == 'y' else 'to'} {hour}"


def _numbered(found: re.Match[str]) -> str:
    """Write `3. maerz` as a number and `am 3. um 9` as an ordinal."""
    month = re.match(rf"(?:{_GERMAN_MONTHS}|[a-z]{{3}})[a-z]*", found.string[found.end() :])
    named = month is not None and (GERMAN.get(month[0]) in MONTHS or month[0][:3] in SHORT_MONTHS)
    return f"{found[1]} " if named or found.string[: found.start()].endswith("um ") else f"{found[1]}th "


@lru_cache(maxsize=len(LANGUAGES))
def _pattern(language: str) -> re.Pattern[str]:
    words = sorted(LANGUAGES[language], key=len, reverse=True)
    choices = "|".join(re.escape(word).replace(r"\#", "([0-9]{1,4})").replace("#", "([0-9]{1,4})") for word in words)
    return re.compile(rf"(?<![^\W\d_])(?<!')(?:{choices})(?![^\W_])")


def to_english(folded: str, language: str) -> str:
    """Translate the words of a language into English. Phrases in unknown languages are returned unchanged.

    Raises InvalidInput for `halb neun` and its like: half past eight, which an English reader would take for nine.
    """
    if language not in LANGUAGES:
        return folded
    words = LANGUAGES[language]
    for pattern, replacement in REWRITES[language]:
        folded = pattern.sub(replacement, folded)
    if language in ("de", "nl"):
        # `9 am` is a clock, `am Freitag` a day; and a date's ordinal is a number with a dot.
        folded = re.sub(r"([0-9]) ?([ap])m\b", r"\1\2.m.", folded)
        if found := re.search(r"\bhal[bf] ([a-z]+|[0-9]{1,2})(?![a-z0-9])", folded):
            hour = words.get(found[1], found[1])
            if hour.isdigit() and 1 <= int(hour) <= 12:
                early = (int(hour) - 1) or 12
                raise InvalidInput(
                    "`{written}` could be {early}:30 or {late}:30: write `{early:02}:30` or `{late}:30`.",
                    written=found[0],
                    early=early,
                    late=early % 12 + 12,
                )
        folded = re.sub(r"(?<![0-9.:])([0-9]{1,2})\. ?(?=[a-z])", _numbered, folded)
    if language == "de":
        folded = re.sub(r"(?<!um )(?<![0-9.:])\b([0-9]{1,2})\.(?=$|,| )", r"\1th", folded)
    if language == "es":
        folded = re.sub(_SPANISH_PAST, _spanish_past, folded)
        # `al` is `at the` before an hour of the day, and `to the` before a date.
        folded = re.sub(r"\bal (?=[0-9]{1,2} de\b)", "to ", folded)

    def replaced(match: re.Match[str]) -> str:
        number = next((group for group in match.groups() if group), "")
        key = match[0] if match[0] in words else match[0].replace(number, "#", 1)
        return words[key].replace("#", number)

    # Numbers in words become digits, so that the patterns with a number match.
    spelled = {word: digits for word, digits in words.items() if digits.isdigit()}
    if "# uur" in words:
        folded = re.sub(r"\b[a-z]+\b(?= uur)", lambda match: spelled.get(match[0], match[0]), folded)
        folded = folded.replace("over 1 uur", "over 60 minuten")
    english = _pattern(language).sub(replaced, folded)
    if (window := RANGE_WORDS.get(language)) is not None:
        # Between two weekdays these words make a range.
        names = "|".join(DAYS)
        english = re.sub(rf"\b({names}) {window} (?:every )?({names})\b", r"\1 to \2", english)
    return english
