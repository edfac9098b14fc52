"""The forms that a language has for numbers: one visit, two visits; which one a number takes, by the rules of Unicode's CLDR."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace


class Operands(NamedTuple):
    """A number as the rules see it: its whole part, its digits behind the point as they are written, and how many those are."""

    i: int
    f: int = 0
    v: int = 0


def operands(number: str) -> Operands:
    """Those of a number as it is written, with a point: "21", "-1.50"."""
    whole, _, fraction = number.lstrip("+-").partition(".")
    return Operands(int(whole or 0), int(fraction or 0), len(fraction))


class Plural(Struct, frozen=True, eq=False):
    """The forms of a language, by CLDR's names and in its order.

    *whole* are those that whole numbers take, and with them every text needs one; *all_* holds those of fractions and of millions, too.
    *samples*: a whole number for each of *whole*. *gettext* says the same for PO files, for whole numbers.
    """

    whole: tuple[str, ...]
    all_: tuple[str, ...]
    rule: Callable[[Operands], str]
    samples: tuple[int, ...]
    gettext: str

    def category(self, number: str) -> str:
        """CLDR's name of the form that a number takes; *number* as it is written, with a point."""
        return self.rule(operands(number))

    def index(self, number: str, forms: int) -> int:
        """Which of so many forms a number takes; where its own is not among them, the one that is nearest to it."""
        names = self.all_ if forms == len(self.all_) else self.whole
        name = self.category(number)
        if name not in names:  # a fraction is counted like a few, as in "1,5 визита"; a million like what is counted otherwise
            name = "few" if name == "other" and "few" in names else "other"
        return min(names.index(name) if name in names else forms - 1, forms - 1)


def _english(n: Operands) -> str:
    return "one" if n.i == 1 and n.v == 0 else "other"


def _one(n: Operands) -> str:
    return "one" if n.i == 1 and n.f == 0 else "other"


def _zero_one(n: Operands) -> str:
    return "one" if n.i == 0 or (n.i == 1 and n.f == 0) else "other"


def _million(n: Operands) -> bool:
    return n.i != 0 and n.i % 1_000_000 == 0 and n.v == 0


def _spanish(n: Operands) -> str:
    return "many" if _million(n) else _one(n)


def _italian(n: Operands) -> str:
    return "many" if _million(n) else _english(n)


def _french(n: Operands) -> str:
    return "one" if n.i in (0, 1) else "many" if _million(n) else "other"


def _russian(n: Operands) -> str:
    if n.v:
        return "other"
    if n.i % 10 == 1 and n.i % 100 != 11:
        return "one"
    return "few" if n.i % 10 in (2, 3, 4) and n.i % 100 not in (12, 13, 14) else "many"


def _polish(n: Operands) -> str:
    if n.v:
        return "other"
    if n.i == 1:
        return "one"
    return "few" if n.i % 10 in (2, 3, 4) and n.i % 100 not in (12, 13, 14) else "many"


def _czech(n: Operands) -> str:
    return "many" if n.v else "one" if n.i == 1 else "few" if n.i in (2, 3, 4) else "other"


def _croatian(n: Operands) -> str:
    last, two = (n.f % 10, n.f % 100) if n.v else (n.i % 10, n.i % 100)
    return "one" if last == 1 and two != 11 else "few" if last in (2, 3, 4) and two not in (12, 13, 14) else "other"


def _romanian(n: Operands) -> str:
    if n.v == 0 and n.i == 1:
        return "one"
    return "few" if n.v or n.i == 0 or 1 <= n.i % 100 <= 19 else "other"


def _hebrew(n: Operands) -> str:
    return "one" if (n.i == 1 and not n.v) or (n.i == 0 and n.v) else "two" if n.i == 2 and not n.v else "other"


def _arabic(n: Operands) -> str:
    if n.f:
        return "other"
    if n.i <= 2:
        return ("zero", "one", "two")[n.i]
    return "few" if 3 <= n.i % 100 <= 10 else "many" if n.i % 100 >= 11 else "other"


_TWO, _THREE = ("one", "other"), ("one", "few", "many")
_SLAVIC = "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)"
_ONE = Plural(_TWO, _TWO, _one, (1, 2), "(n != 1)")
_ENGLISH = replace(_ONE, rule=_english)
_HINDI = Plural(_TWO, _TWO, _zero_one, (1, 2), "(n > 1)")
_SPANISH = replace(_ONE, all_=("one", "many", "other"), rule=_spanish)
_ITALIAN = replace(_SPANISH, rule=_italian)
_FRENCH = replace(_SPANISH, rule=_french, gettext="(n > 1)")
_RUSSIAN = Plural(_THREE, (*_THREE, "other"), _russian, (1, 2, 5), _SLAVIC)
_POLISH = replace(_RUSSIAN, rule=_polish, gettext="(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)")
_CZECH = Plural(
    ("one", "few", "other"), ("one", "few", "many", "other"), _czech, (1, 2, 5), "(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2)"
)  # fmt: skip
_CROATIAN = Plural(("one", "few", "other"), ("one", "few", "other"), _croatian, (1, 2, 5), _SLAVIC)
_ROMANIAN = replace(_CROATIAN, rule=_romanian, samples=(1, 2, 20), gettext="(n==1 ? 0 : n==0 || (n%100>0 && n%100<20) ? 1 : 2)")
_HEBREW = Plural(("one", "two", "other"), ("one", "two", "other"), _hebrew, (1, 2, 3), "(n==1 ? 0 : n==2 ? 1 : 2)")
_SIX = ("zero", "one", "two", "few", "many", "other")
_ARABIC = Plural(
    _SIX, _SIX, _arabic, (0, 1, 2, 3, 11, 100),
    "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)",
)  # fmt: skip
_ALIKE = Plural(("other",), ("other",), lambda _: "other", (5,), "0")

# Those of a code that is not here are counted as "1" and "all others".
PLURALS: dict[str, Plural] = {
    **dict.fromkeys(["en", "de", "nl", "sv", "fi", "et", "sw", "gl"], _ENGLISH),
    **dict.fromkeys(["hi", "bn", "fa", "gu", "zu", "am"], _HINDI),
    "es": _SPANISH,
    **dict.fromkeys(("it", "ca"), _ITALIAN),
    **dict.fromkeys(("fr", "pt"), _FRENCH),
    "pt-pt": _ITALIAN,
    **dict.fromkeys(("ru", "uk"), _RUSSIAN),
    "pl": _POLISH,
    **dict.fromkeys(("cs", "sk"), _CZECH),
    **dict.fromkeys(("hr", "sr", "bs"), _CROATIAN),
    "ro": _ROMANIAN,
    "he": _HEBREW,
    "ar": _ARABIC,
    **dict.fromkeys(["ja", "zh", "ko", "vi", "th", "id", "ms"], _ALIKE),
}


def plural(code: str) -> Plural:
    """The forms of a language, by a code such as "es", "pt-BR" or "es_MX"."""
    tag = code.lower().replace("_", "-")
    return PLURALS.get(tag) or PLURALS.get(tag.partition("-")[0]) or _ONE


__all__ = ["PLURALS", "Plural", "operands", "plural"]
