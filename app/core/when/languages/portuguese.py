"""Portuguese."""

from app.core.when.languages.grammar import (
    AFTERNOON,
    MORNING,
    NIGHT,
    NOON,
    SMALL_HOURS,
    Clock,
    Language,
    counted,
    joined,
    names,
)

_DAYS = "segunda-feira terca-feira quarta-feira quinta-feira sexta-feira sabado domingo"
_NAMES = names(_DAYS, "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro")
_WORDS = _NAMES | {day.removesuffix("-feira"): english for day, english in list(_NAMES.items())[:5]} | {
    f"{day.removesuffix('-feira')}{plural}": f"{english}s"
    for day, english in list(_NAMES.items())[:7] for plural in ("s", "s-feiras")
} | {
    "seg": "monday", "qua": "wednesday", "qui": "thursday", "sex": "friday", "sab": "saturday", "dom": "sunday",
    "vespera de ano novo": "31 december", "dia do trabalho": "1 may", "dia de natal": "christmas",
    "fev": "february", "abr": "april", "mai": "may", "ago": "august", "set": "september", "out": "october",
    "dez": "december", "amanha": "tomorrow", "depois de amanha": "day after tomorrow", "hoje": "today",
    "ontem": "yesterday", "anteontem": "yesterday", "hoje a noite": "tonight", "esta noite": "tonight",
    "esta tarde": "today afternoon", "hoje de manha": "today morning", "hoje a tarde": "today afternoon",
    "amanha de manha": "tomorrow morning", "amanha a noite": "tomorrow evening", "amanha a tarde":
    "tomorrow afternoon", "manha": "morning", "tarde": "afternoon", "noite": "evening", "de manha": "morning",
    "pela manha": "morning", "da manha": "morning", "a tarde": "afternoon", "da tarde": "afternoon",
    "de tarde": "afternoon", "a noite": "evening", "da noite": "evening", "de noite": "evening",
    "da madrugada": "morning", "manhas": "morning", "tardes": "afternoon", "noites": "evening",
    "meio-dia": "noon", "meio dia": "noon", "meia-noite": "midnight", "meia noite": "midnight", "a": "at", "as": "at",
    "ao": "at", "aos": "on", "pelas": "around", "por volta das": "around", "cerca das": "around", "o": "", "os": "",
    "no": "on", "na": "on", "nos": "on", "nas": "on", "de": "of", "do": "of", "da": "of", "em": "in",
    "daqui a": "in", "dentro de": "in", "e": "and", "em ponto": "", "segundo": "second", "minuto": "minute",
    "minutos": "minutes", "segundos": "seconds", "hora": "hour", "horas": "hours", "dia": "day", "dias": "days",
    "semana": "week", "semanas": "weeks", "mes": "month", "meses": "months", "ano": "year", "anos": "years",
    "um": "1", "uma": "1", "proximo": "next", "proxima": "next", "que vem": "coming", "semana que vem": "next week",
    "na semana que vem": "next week", "mes que vem": "next month", "no mes que vem": "next month",
    "ano que vem": "next year", "proxima semana": "next week", "na proxima semana": "next week",
    "proximo mes": "next month", "no proximo mes": "next month", "proximo ano": "next year", "este": "this",
    "esta": "this", "nesta": "this", "neste": "this", "passado": "last", "passada": "last", "ultimo": "last",
    "ultima": "last", "cada": "every", "todo": "every", "toda": "every", "todos os": "every", "todas as": "every",
    "todo o": "every", "toda a": "every", "a cada": "every", "dia util": "weekday", "dias uteis": "weekday",
    "nos dias uteis": "every weekday", "fim de semana": "weekend", "fins de semana": "weekends",
    "finais de semana": "weekends", "final de semana": "weekend", "diariamente": "daily", "semanalmente": "weekly",
    "mensalmente": "monthly", "anualmente": "yearly", "vez": "times", "vezes": "times", "ate": "until",
    "a partir de": "starting", "a partir do": "starting", "desde": "starting", "exceto": "except", "salvo": "except",
    "menos": "except", "mas nao": "except", "sem": "except", "fim": "end", "final": "end", "inicio": "start",
    "durante": "for", "por": "for", "por favor": "", "lembre-me": "", "agora": "now", "natal": "christmas",
    "vespera de natal": "24 december", "ano novo": "1 january", "reveillon": "31 december", "pascoa": "easter",
    "ultimo dia": "last day",
}  # fmt: skip
_UNITS = {
    "segundo": "seconds", "segundos": "seconds", "minuto": "minutes", "minutos": "minutes", "min": "minutes",
    "mins": "minutes", "hora": "hours", "horas": "hours", "h": "hours", "dia": "days", "dias": "days",
    "semana": "weeks", "semanas": "weeks", "mes": "months", "meses": "months", "ano": "years", "anos": "years",
    "trimestre": "quarters", "trimestres": "quarters",
}  # fmt: skip
_ONES = counted("um/uma dois/duas tres quatro cinco seis sete oito nove", 1)
_TENS = {"vinte": 20, "trinta": 30, "quarenta": 40, "cinquenta": 50}
_LOW = counted(
    "dois/duas tres quatro cinco seis sete oito nove dez onze doze treze catorze/quatorze quinze dezesseis/dezasseis "
    "dezessete/dezassete dezoito dezenove/dezanove", 2,
)  # fmt: skip
_DAY = "|".join([*_NAMES][:7]) + "|segunda|terca|quarta|quinta|sexta"
PORTUGUESE = Language(
    words=_WORDS,
    numbers=_LOW | _TENS | joined(_TENS, _ONES, " e ") | {"zero": 0},
    ordinals=counted("primeiro/primeira 2do terceiro/terceira", 1),
    articles="uma?",
    units=_UNITS,
    hours="horas?",
    leads={"em": "in", "daqui a": "in", "dentro de": "in", "durante": "for", "por": "for", "a cada": "every",
           "cada": "every", "todas as": "every", "todos os": "every", "ha": "ago"},
    follows={"mais tarde": "later", "depois": "later", "a partir de agora": "from now", "atras": "ago"},
    from_days={"depois de": "after", "depois do": "after", "antes de": "before", "antes do": "before",
               "a partir de": "from", "a partir do": "from", "apos": "after"},
    clocks=(
        Clock("(?:{q}|{m}(?: minutos?)?) para (?:as?|o) {h}(?: horas?)?", 0, -1),
        Clock("(?:{q}|{m}(?: minutos?)?) para (?:o |a )?{n}", 0, -1),
        Clock("{n} e (?:{d}|{q}|{m}(?: minutos?)?{end})"),
        Clock("(?<=as ){h}(?: ?horas?)? menos (?:{q}|{m}(?: minutos?)?{end})", 0, -1),
        Clock("(?<=as ){h}(?: ?(?:horas?|h))? e (?:{q}|{d}|{m}(?: minutos?)?{end})"),
        Clock("(?<=a ){h}(?: ?(?:hora|h))? e (?:{q}|{d}|{m}(?: minutos?)?{end})"),
        Clock("{h} ?[:h] ?{mm}(?: ?(?:min|m|h|horas))?"),
        Clock("(?<=as ){h} ?(?:horas?|h|hs)?{end}"),
        Clock("(?<=pelas ){h} ?(?:horas?|h|hs)?{end}"), Clock("(?<=das ){h} ?(?:horas?|h|hs)?{end}"),
        Clock("(?<=\\ba )(?=uma|1\\b){h}(?: hora)?{end}"),
        Clock("{h} ?h"),
        Clock("{h} e {d}"), Clock("{h} e {q}"), Clock("{h} e {m}(?: minutos?)?", partly=True),
        Clock("{h} ?(?:horas?|hs)", loose=True),
    ),
    parts={
        "da manha|de manha|pela manha": MORNING,
        "da madrugada": SMALL_HOURS,
        "do meio[- ]dia": NOON,
        "(?:d[ae]|a|pela) tarde": AFTERNOON,
        "(?:d[ae]|a|pela) noite": NIGHT,
    },
    quarter="um quarto|quinze minutos",
    half="meia",
    noon="meio[- ]dia",
    midnight="meia[- ]noite",
    also_half="e meia|e meio",
    joint="e",
    at="as?|pelas|das|ate as|desde as",
    numbered=(
        (rf"\b({_DAY})(?:-feira)? ([0-9]{{1,2}})(?=$|,| as?\b| por\b)", r"\1 the \2th"),
        (r"\b([0-9]{1,2}) e ([0-5]?[0-9]) ?([ap]m)\b", r"\1:\2\3"),
        (r"\bdia ([0-9]{1,2})(?![0-9:/.-])", r"the \1th"),
    ),
    habits=(
        (r"\b([ap])\. ?m\b\.?", r"\1m"),
        (r"\b(segunda|terca|quarta|quinta|sexta) feira", r"\1-feira"),
        (r"\bsabado-feira\b", "sabado"),
        (r"\bque vem\b(?<!semana que vem)(?<!mes que vem)(?<!ano que vem)", "proxima"),
        (r"\bnest[ae] (?:semana)\b", "esta semana"),
        (r"\b(?:d?ess[ae]|ness[ae]|nest[ae])\b", "esta"),
        (r"\bmei([oa])(dia|noite)\b", r"mei\1-\2"),
        (r"\b(?:uma )?meia hora\b", "30 minutos"),
        (r"\b(?:um )?quarto de hora\b", "15 minutos"),
        (r"\btres quartos de hora\b", "45 minutos"),
        (r"\bde ([0-9]{4})\b", r"\1"),
        (r"\b([0-9]{1,2})[oaº]\b", r"\1th"),
        (rf"\b({_DAY}) (?:proxim[oa])\b", r"proxima \1"),
        (r"\buma vez (?:por|a|ao|a cada) (hora|dia|semana|mes|ano)\b", r"a cada \1"),
        (r"\b(duas|tres|quatro|[2-9]) vezes (?:por|ao|a) (dia|semana|mes)\b", r"\1 vezes a cada \2"),
        (r"\bdia sim,? dia nao\b", "a cada 2 dias"),
        (r"\bde (segunda|terca|quarta|quinta)(?:-feira)? a (terca|quarta|quinta|sexta|sabado|domingo)(?:-feira)?\b",
         r"\1 - \2"),
        (r"\bprimeiro (?=de )", "1 "),
    ),
)  # fmt: skip
