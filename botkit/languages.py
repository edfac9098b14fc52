"""What a language calls days and months, how it writes numbers and dates, and how it says yes, no and tomorrow."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace


class Language(Struct, frozen=True, eq=False):
    """One language. Names are as they are written; words to be read are in the form of `folded`. Weeks begin on Monday."""

    code: str
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    date: str  # pattern of a date with its year
    days: dict[str, int]  # words for a day near today -> days from today
    coming: tuple[str, ...]  # before or behind a weekday: the next one that comes
    following: tuple[str, ...]  # the same: the one of the week after this one
    fillers: tuple[str, ...]  # words of a date or a time that mean nothing by themselves
    at: tuple[str, ...]  # words before a time of day
    yes: tuple[str, ...]  # the first one is written, all are read
    no: tuple[str, ...]
    decimal: str = ","
    group: str = "."
    halves: tuple[str, str] = ("AM", "PM")
    month_first: bool = False


def _words(text: str) -> tuple[str, ...]:
    """Names with one space between two."""
    return tuple(text.split())


EN = Language(
    "en",
    _words("January February March April May June July August September October November December"),
    _words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    _words("Mon Tue Wed Thu Fri Sat Sun"),
    "d MMMM y",
    {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "day after tomorrow": 2, "day before yesterday": -2, "tmrw": 1, "tmr": 1},
    ("this", "coming"),
    ("next",),
    ("the", "of", "on"),
    ("at", "by", "around"),
    ("yes", "y", "yeah", "yep", "ok", "okay", "sure", "true", "yes please", "of course"),
    ("no", "n", "nope", "nah", "false", "no thanks", "no thank you"),
    decimal=".",
    group=",",
)
ES = Language(
    "es",
    _words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    _words("ene feb mar abr may jun jul ago sep oct nov dic"),
    _words("lunes martes miércoles jueves viernes sábado domingo"),
    _words("lun mar mié jue vie sáb dom"),
    "d 'de' MMMM 'de' y",
    {"hoy": 0, "mañana": 1, "manana": 1, "ayer": -1, "pasado mañana": 2, "pasado manana": 2, "anteayer": -2, "antier": -2},
    ("este", "proximo", "que viene"),
    (),
    ("el", "de", "del", "dia"),
    ("a las", "a la", "sobre las", "las"),
    ("sí", "si", "s", "vale", "claro", "de acuerdo", "por supuesto"),
    ("no", "nop", "no gracias"),
    halves=("a. m.", "p. m."),
)
DE = Language(
    "de",
    _words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    _words("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez."),
    _words("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
    _words("Mo Di Mi Do Fr Sa So"),
    "d. MMMM y",
    {"heute": 0, "morgen": 1, "gestern": -1, "ubermorgen": 2, "uebermorgen": 2, "vorgestern": -2},
    ("diesen", "kommenden", "dieser", "kommender"),
    ("nachsten", "naechsten", "nachster", "naechster"),
    ("am", "der", "den", "dem"),
    ("um", "gegen", "ab"),
    ("ja", "j", "jo", "jawohl", "klar", "gerne", "gern"),
    ("nein", "n", "ne", "nee", "nein danke"),
)
FR = Language(
    "fr",
    _words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    _words("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
    _words("lundi mardi mercredi jeudi vendredi samedi dimanche"),
    _words("lun. mar. mer. jeu. ven. sam. dim."),
    "d MMMM y",
    {"aujourd'hui": 0, "aujourdhui": 0, "demain": 1, "hier": -1, "apres demain": 2, "apres-demain": 2, "avant hier": -2, "avant-hier": -2},
    ("ce", "prochain", "qui vient"),
    (),
    ("le", "de", "du"),
    ("a", "vers"),
    ("oui", "o", "ouais", "d'accord", "bien sur"),
    ("non", "n", "non merci"),
    group="\u202f",
)
PT = Language(
    "pt",
    _words("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
    _words("jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez."),
    _words("segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo"),
    _words("seg. ter. qua. qui. sex. sáb. dom."),
    "d 'de' MMMM 'de' y",
    {"hoje": 0, "amanhã": 1, "amanha": 1, "ontem": -1, "depois de amanha": 2, "anteontem": -2},
    ("este", "esta", "proximo", "proxima", "que vem"),
    (),
    ("o", "a", "de", "do", "da", "no", "na", "dia", "feira"),
    ("as", "a", "pelas"),
    ("sim", "s", "claro", "com certeza", "pode ser"),
    ("não", "nao", "n", "nao obrigado", "nao obrigada"),
)
IT = Language(
    "it",
    _words("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    _words("gen feb mar apr mag giu lug ago set ott nov dic"),
    _words("lunedì martedì mercoledì giovedì venerdì sabato domenica"),
    _words("lun mar mer gio ven sab dom"),
    "d MMMM y",
    {"oggi": 0, "domani": 1, "ieri": -1, "dopodomani": 2, "dopo domani": 2, "l'altro ieri": -2, "altro ieri": -2},
    ("questo", "questa", "prossimo", "prossima", "che viene"),
    (),
    ("il", "lo", "la", "di", "del", "l"),
    ("alle", "alla", "verso le", "le"),
    ("sì", "si", "s", "va bene", "certo", "d'accordo"),
    ("no", "n", "no grazie"),
)
NL = Language(
    "nl",
    _words("januari februari maart april mei juni juli augustus september oktober november december"),
    _words("jan feb mrt apr mei jun jul aug sep okt nov dec"),
    _words("maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"),
    _words("ma di wo do vr za zo"),
    "d MMMM y",
    {"vandaag": 0, "morgen": 1, "gisteren": -1, "overmorgen": 2, "eergisteren": -2},
    ("deze", "dit", "aanstaande", "komende"),
    ("volgende",),
    ("op", "de", "van"),
    ("om", "rond"),
    ("ja", "j", "jawel", "graag", "prima", "zeker"),
    ("nee", "n", "neen", "nee bedankt"),
)
AR = Language(
    "ar",
    _words("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
    _words("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
    _words("الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"),
    _words("الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"),
    "d MMMM y",
    {"اليوم": 0, "غدا": 1, "بكرة": 1, "أمس": -1, "بعد غد": 2, "أول أمس": -2},
    ("هذا", "القادم"),
    (),
    ("يوم", "في", "من"),
    ("الساعة",),
    ("نعم", "أجل", "ايوه", "تمام"),
    ("لا", "كلا", "لا شكرا"),
    decimal="٫",
    group="٬",
    halves=("ص", "م"),
)
LANGUAGES: dict[str, Language] = {one.code: one for one in (EN, ES, DE, FR, PT, IT, NL, AR)}
_REGIONS: dict[str, Language] = {
    "en-us": replace(EN, code="en-us", date="MMMM d, y", month_first=True),
    "es-mx": replace(ES, code="es-mx", decimal=".", group=","),
}


@lru_cache(maxsize=256)
def language(code: str) -> Language:
    """The language of a code such as "es", "es-MX" or "pt_BR"; English for one that is not among LANGUAGES."""
    tag = _tag(code)
    return _REGIONS.get(tag) or LANGUAGES.get(tag.split("-")[0]) or EN


@lru_cache(maxsize=1024)
def closest(code: str, among: tuple[str, ...]) -> str | None:
    """Which of *among* is a language's own code, else that of the same language elsewhere ("es" for "es-MX"); None when there is none."""
    tag = _tag(code)
    own = tag.partition("-")[0]
    for wanted in (tag, own):
        for one in among:
            if _tag(one) == wanted:
                return one
    return next((one for one in among if _tag(one).partition("-")[0] == own), None)


def _tag(code: str) -> str:
    return code.strip().lower().replace("_", "-")


def digits(text: str) -> str:
    """*text* with the decimal digits of any script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if not c.isascii() and c.isdecimal() else c for c in text)


def folded(text: str) -> str:
    """*text* without case and accents, digits as 0 to 9, one space between words."""
    text = " ".join(text.casefold().replace("\u2019", "'").split())
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", digits(text))
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c not in "\u200d\u200e\u200f\u2066\u2067\u2069\ufe0f")
