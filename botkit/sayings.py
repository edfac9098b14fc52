"""The bot's own words, where the author wrote none: for an answer not understood, a menu of earlier, a failure."""

from __future__ import annotations

SAYINGS: dict[str, dict[str, str]] = {
    "not_understood": {
        "en": "Sorry, I did not understand that.",
        "es": "Perdón, no lo he entendido.",
        "de": "Das habe ich leider nicht verstanden.",
        "fr": "Désolé, je n'ai pas compris.",
        "pt": "Desculpe, não entendi.",
        "it": "Scusa, non ho capito.",
        "nl": "Sorry, dat heb ik niet begrepen.",
        "ar": "عذرًا، لم أفهم ذلك.",
    },
    "unreadable": {
        "en": "I cannot read that kind of message.",
        "es": "No puedo leer ese tipo de mensaje.",
        "de": "Diese Art von Nachricht kann ich nicht lesen.",
        "fr": "Je ne peux pas lire ce type de message.",
        "pt": "Não consigo ler esse tipo de mensagem.",
        "it": "Non riesco a leggere questo tipo di messaggio.",
        "nl": "Dat soort bericht kan ik niet lezen.",
        "ar": "لا أستطيع قراءة هذا النوع من الرسائل.",
    },
    "earlier": {
        "en": "That menu is from earlier.",
        "es": "Ese menú es de antes.",
        "de": "Dieses Menü ist von vorhin.",
        "fr": "Ce menu date de tout à l'heure.",
        "pt": "Esse menu é de antes.",
        "it": "Quel menu è di prima.",
        "nl": "Dat menu is van eerder.",
        "ar": "هذه القائمة سابقة.",
    },
    "failed": {
        "en": "Sorry, something went wrong on our side. Please write again in a while.",
        "es": "Perdón, algo ha fallado por nuestra parte. Escríbanos de nuevo dentro de un rato.",
        "de": "Bei uns ist leider etwas schiefgegangen. Bitte schreiben Sie später noch einmal.",
        "fr": "Désolé, un problème est survenu de notre côté. Merci d'écrire à nouveau un peu plus tard.",
        "pt": "Desculpe, algo deu errado do nosso lado. Escreva de novo daqui a pouco.",
        "it": "Scusa, qualcosa è andato storto da parte nostra. Riscrivi tra un po'.",
        "nl": "Sorry, er ging iets mis bij ons. Schrijf later nog eens.",
        "ar": "عذرًا، حدث خطأ من جانبنا. يرجى الكتابة لاحقًا.",
    },
    "too_many": {
        "en": "That is a lot at once. Please give me a moment.",
        "es": "Son muchos mensajes a la vez. Deme un momento, por favor.",
        "de": "Das ist viel auf einmal. Bitte einen Moment.",
        "fr": "Cela fait beaucoup à la fois. Un instant, s'il vous plaît.",
        "pt": "É muita coisa de uma vez. Um momento, por favor.",
        "it": "Sono molti messaggi insieme. Un momento, per favore.",
        "nl": "Dat is veel tegelijk. Een ogenblik, alstublieft.",
        "ar": "هذا كثير دفعة واحدة. لحظة من فضلك.",
    },
    "choose": {
        "en": "Please choose:",
        "es": "Elija, por favor:",
        "de": "Bitte wählen Sie:",
        "fr": "Veuillez choisir :",
        "pt": "Escolha, por favor:",
        "it": "Scelga, per favore:",
        "nl": "Maak een keuze:",
        "ar": "يرجى الاختيار:",
    },
    "options": {
        "en": "Choose",
        "es": "Elegir",
        "de": "Auswählen",
        "fr": "Choisir",
        "pt": "Escolher",
        "it": "Scegli",
        "nl": "Kiezen",
        "ar": "اختيار",
    },
    "more": {
        "en": "More …",
        "es": "Más …",
        "de": "Mehr …",
        "fr": "Plus …",
        "pt": "Mais …",
        "it": "Altro …",
        "nl": "Meer …",
        "ar": "المزيد …",
    },
}


def saying(name: str, language: str) -> str:
    """The words of *name* in a language; in English for one that has none."""
    words = SAYINGS[name]
    return words.get(language.replace("_", "-").split("-")[0].lower()) or words["en"]
