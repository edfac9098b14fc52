"""Words by which a contact says that no more messages are wanted, or that they are again; the whole message is one of them."""

from __future__ import annotations

from functools import lru_cache

from botkit.matching import normal

# In every bot; a text is compared without case, accents and punctuation.
STOP: tuple[str, ...] = ("stop", "stopall", "stop all", "unsubscribe", "opt out", "optout", "stop promotions", "stop messages")
START: tuple[str, ...] = ("start", "unstop", "resubscribe", "subscribe", "opt in", "optin")

# In bots that speak the language. A word stands here only where nobody means anything else by it as a whole message.
STOP_IN: dict[str, tuple[str, ...]] = {
    "es": ("baja", "darme de baja", "dar de baja", "cancelar suscripción", "no más mensajes", "detener promociones"),
    "de": ("stopp", "abmelden", "abbestellen", "austragen", "keine nachrichten mehr"),
    "fr": ("arrêt", "arrêter", "désabonner", "me désabonner", "désinscription", "plus de messages"),
    "pt": ("parar", "descadastrar", "cancelar inscrição", "cancelar assinatura", "não quero mais mensagens"),
    "it": ("disiscrivimi", "annulla iscrizione", "cancella iscrizione", "basta messaggi"),
    "nl": ("afmelden", "uitschrijven", "geen berichten meer"),
    "ar": ("إيقاف", "توقف", "إلغاء الاشتراك"),
    "ca": ("atura", "donar-me de baixa", "baixa"),
    "pl": ("rezygnuję", "wypisz mnie"),
    "tr": ("dur", "iptal et", "abonelikten çık"),
    "id": ("berhenti", "berhenti berlangganan"),
    "hi": ("रोकें", "बंद करें"),
    "ru": ("стоп", "отписаться"),
    "uk": ("стоп", "відписатися"),
}
START_IN: dict[str, tuple[str, ...]] = {
    "es": ("alta", "darme de alta"),
    "de": ("anmelden",),
    "fr": ("m'abonner", "réabonner"),
    "pt": ("voltar a receber", "inscrever"),
    "it": ("iscrivimi",),
    "nl": ("aanmelden",),
    "ar": ("اشتراك",),
    "ca": ("alta",),
    "pl": ("zapisz mnie",),
    "tr": ("abone ol",),
    "id": ("berlangganan",),
    "hi": ("शुरू करें",),
    "ru": ("подписаться",),
    "uk": ("підписатися",),
}


def asks_to_stop(text: str, languages: tuple[str, ...]) -> bool:
    """Whether *text*, all that was written, says so in English or in one of *languages*."""
    return normal(text) in _words(languages)[0]


def asks_to_start(text: str, languages: tuple[str, ...]) -> bool:
    return normal(text) in _words(languages)[1]


@lru_cache(maxsize=64)
def _words(languages: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    spoken = {language.replace("_", "-").split("-")[0].lower() for language in languages}
    stop = frozenset(normal(word) for word in STOP + tuple(w for one in spoken for w in STOP_IN.get(one, ())))
    start = frozenset(normal(word) for word in START + tuple(w for one in spoken for w in START_IN.get(one, ())))
    return stop, start


__all__ = ["START", "START_IN", "STOP", "STOP_IN", "asks_to_start", "asks_to_stop"]
