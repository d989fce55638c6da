"""Italian."""

from app.core.when.languages.grammar import (
    AFTERNOON,
    EVENING,
    MORNING,
    NIGHT,
    Clock,
    Language,
    counted,
    names,
)

_DAYS = "lunedi martedi mercoledi giovedi venerdi sabato domenica"
_NAMES = names(_DAYS, "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre")
_WORDS = _NAMES | {
    "domeniche": "sundays", "sabati": "saturdays", "gen": "january", "mag": "may", "giu": "june", "lug": "july",
    "ago": "august", "set": "september", "sett": "september", "ott": "october", "dic": "december", "feb": "february",
    "lun": "monday", "mer": "wednesday", "gio": "thursday", "ven": "friday", "sab": "saturday", "dom": "sunday",
    "domani": "tomorrow", "domattina": "tomorrow morning", "domani mattina": "tomorrow morning",
    "domani sera": "tomorrow evening", "dopodomani": "day after tomorrow", "oggi": "today", "ieri": "yesterday",
    "stasera": "today evening", "stamattina": "today morning", "stanotte": "tonight",
    "oggi pomeriggio": "today afternoon", "questa sera": "today evening", "questa mattina": "today morning",
    "questo pomeriggio": "today afternoon", "mattina": "morning", "mattino": "morning", "pomeriggio": "afternoon",
    "sera": "evening", "notte": "night", "di mattina": "morning", "di pomeriggio": "afternoon", "di sera": "evening",
    "di notte": "night", "mattine": "morning", "pomeriggi": "afternoon", "sere": "evening", "notti": "night",
    "mezzogiorno": "noon", "mezzanotte": "midnight", "a": "at", "al": "at", "alle": "at", "alle ore": "at",
    "all'": "at", "ore": "at", "verso": "around", "verso le": "around", "circa": "around", "il": "on the",
    "lo": "", "la": "", "l'": "", "i": "", "gli": "", "le": "", "di": "of", "del": "of", "della": "of",
    "dell'": "of", "nel": "in", "nella": "in", "in": "in", "tra": "between", "fra": "between", "entro": "in",
    "e": "and",
    "secondo": "second", "minuto": "minute", "minuti": "minutes", "secondi": "seconds", "ora": "hour",
    "giorno": "day", "giorni": "days", "settimana": "week", "settimane": "weeks", "mese": "month", "mesi": "months",
    "anno": "year", "anni": "years", "un": "1", "uno": "1", "una": "1", "un'": "1", "prossimo": "next",
    "prossima": "next", "settimana prossima": "next week", "la settimana prossima": "next week",
    "la prossima settimana": "next week", "prossima settimana": "next week", "mese prossimo": "next month",
    "il mese prossimo": "next month", "il prossimo mese": "next month", "anno prossimo": "next year",
    "l'anno prossimo": "next year", "che viene": "coming", "questo": "this", "questa": "this",
    "scorso": "last", "scorsa": "last", "ultimo": "last", "ultima": "last", "ogni": "every", "tutti i": "every",
    "tutte le": "every", "tutti": "every", "giorno feriale": "weekday", "giorni feriali": "weekday",
    "giorno lavorativo": "weekday", "giorni lavorativi": "weekday", "nei giorni feriali": "every weekday",
    "fine settimana": "weekend", "weekend": "weekend", "giornalmente": "daily", "quotidianamente": "daily",
    "settimanalmente": "weekly", "mensilmente": "monthly", "annualmente": "yearly", "volte": "times",
    "volta": "times", "fino a": "until", "fino al": "until", "fino alla": "until", "fino alle": "until",
    "a partire da": "starting", "a partire dal": "starting", "dal": "starting", "dalle": "starting",
    "tranne": "except", "eccetto": "except", "salvo": "except", "ma non": "except", "fine": "end",
    "inizio": "start", "per": "for", "per favore": "", "ricordami": "", "adesso": "now", "ognissanti": "1 november",
    "immacolata": "8 december", "immacolata concezione": "8 december",
    "festa della repubblica": "2 june", "festa della liberazione": "25 april", "befana": "6 january",
    "festa del lavoro": "1 may", "festa dei lavoratori": "1 may", "giorno di natale": "christmas",
    "vigilia di capodanno": "31 december", "natale": "christmas",
    "vigilia di natale": "24 december", "capodanno": "1 january", "pasqua": "easter", "ferragosto": "15 august",
    "san silvestro": "31 december", "santo stefano": "26 december", "epifania": "6 january",
    "san valentino": "14 february", "ultimo giorno": "last day", "in punto": "",
}  # fmt: skip
_UNITS = {
    "secondo": "seconds", "secondi": "seconds", "sec": "seconds", "minuto": "minutes", "minuti": "minutes",
    "min": "minutes", "ora": "hours", "ore": "hours", "h": "hours", "giorno": "days", "giorni": "days",
    "settimana": "weeks", "settimane": "weeks", "mese": "months", "mesi": "months", "anno": "years", "anni": "years",
    "trimestre": "quarters", "trimestri": "quarters",
}  # fmt: skip
_LOW = counted(
    "due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette "
    "diciotto diciannove", 2,
)  # fmt: skip
_ONES = counted("uno due tre quattro cinque sei sette otto nove", 1)
_TENS = {"venti": 20, "trenta": 30, "quaranta": 40, "cinquanta": 50}
_DAY = _DAYS.replace(" ", "|")
ITALIAN = Language(
    words=_WORDS,
    numbers=_LOW | _TENS | {"sessanta": 60, "novanta": 90} | {
        f"{ten[:-1] if one in ('uno', 'otto') else ten}{one}": value + number
        for ten, value in _TENS.items() for one, number in _ONES.items()
    },
    ordinals={"primo": 1, "terzo": 3, "terza": 3},
    articles="una?|un'|uno",
    units=_UNITS,
    hours="",
    leads={"tra": "in", "fra": "in", "in": "in", "entro": "in", "per": "for", "ogni": "every", "tutte le": "every",
           "tutti i": "every", "dopo": "in"},
    follows={"dopo": "later", "piu tardi": "later", "da adesso": "from now", "da ora": "from now", "fa": "ago"},
    from_days={"dopo": "after", "prima di": "before", "prima del": "before", "a partire da": "from", "da": "from"},
    clocks=(
        Clock("{m} minuti (?:alle|prima delle) (?:ore )?{h}", 0, -1),
        Clock("{h} e {q}"), Clock("{h} e {d}"), Clock("{h} e {m}(?: minuti)?", partly=True),
        Clock("{n} meno (?:{q}|{m}(?: minuti)?{end})", 0, -1),
        Clock("{n} (?:e {q}|e {d}|e {m}{end})"),
        Clock("(?:l'|le )?(?:ore )?{h} meno (?:{q}|{m}(?: minuti)?{end})", 0, -1),
        Clock("(?<=le )(?:ore )?{h} e (?:{t}|{q}|{d}|{m}(?: minuti)?{end})"),
        Clock("(?<=l'){h} e (?:{t}|{q}|{d}|{m}(?: minuti)?{end})"),
        Clock("(?:ore )?{h}[:.]{mm}"),
        Clock("(?<=alle )(?:ore )?{h}{end}"), Clock("(?<=all'){h}{end}"), Clock("(?<=dalle ){h}{end}"),
        Clock("(?<=verso le ){h}{end}"), Clock("ore {h}{end}"), Clock("(?<=per le ){h}{end}"), Clock("^le {h}{end}"),
    ),
    parts={
        "d(?:i|el|ella) mattin[ao]|in mattinata": MORNING,
        "d(?:i|el) pomeriggio": AFTERNOON,
        "d(?:i|ella) sera": EVENING,
        "d(?:i|ella) notte": NIGHT,
    },
    quarter="un quarto",
    half="mezz[ao]",
    three_quarters="tre quarti|3 quarti",
    noon="mezzogiorno",
    midnight="mezzanotte",
    also_half="e mezz[ao]",
    joint="e",
    at="alle|alle ore|verso le|per le",
    numbered=(
        (r"\bil ([0-9]{1,2})(?= di ogni| del mese| alle\b|,|$)", r"the \1th"),
        (rf"\b({_DAY}|lun|mer|gio|ven|sab|dom)\.? ([0-9]{{1,2}})(?=$|,| alle\b)", r"\1 the \2th"),
    ),
    unclear=((r"\bmar\.? (?=[0-9])", "martedi ", "marzo "),),
    habits=(
        (r"\bche viene\b", "prossimo"),
        (r"\bdopo domani\b", "dopodomani"),
        (r"\bdel mese di\b", "di"),
        (r"\bl'ultim[oa]\b", "ultimo"),
        (r"\bdell?'(?=[a-z])", "di "),
        (r"\bquest'", "questo "),
        (r"\b(?:una )?mezz'?\s?ora\b", "30 minuti"),
        (r"\b(?:un )?quarto d'ora\b", "15 minuti"),
        (r"\btre quarti d'ora\b", "45 minuti"),
        (r"\bun'(?=[a-z])", "una "),
        (r"\ball'una\b", "alle 1"),
        (r"\b([0-9]{1,2})°", r"\1th"),
        (rf"\b({_DAY}) (?:prossim[oa])\b", r"prossimo \1"),
        (r"\buna volta (?:al|alla|a|ogni|all')\s?(ora|giorno|settimana|mese|anno)\b", r"ogni \1"),
        (r"\b(due|tre|quattro|[2-9]) volte (?:al|alla|a|ogni) (giorno|settimana|mese)\b", r"\1 volte ogni \2"),
        (r"\bdal? ([a-z]+di) al? ([a-z]+)\b", r"\1 - \2"),
        (r"\b(?:un giorno si(?: e)? uno no|a giorni alterni)\b", "ogni 2 giorni"),
        (r"\bprimo (?=gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre)", "1 "),
    ),
)  # fmt: skip
