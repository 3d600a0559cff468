"""Which word of the glossary a short question asks about: "was ist ein Hash?", "wat betekent aangifte?". Pure.

A whole question that is nothing else, or nothing: a sentence that merely holds such a word is left to the
understanding room. Names are the states of `flows/terms.yaml`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

LONGEST: Final = 60
"""Characters of a question worth looking at."""
WORDS: Final[Mapping[str, str]] = {
    "ki": "ki, ai, künstliche intelligenz, kunstmatige intelligentie",
    "deepfake": "deepfake, deepfakes, deepnude, deepnudes, pornfake, pornfakes, seksfake, nepnaakt, fake nude",
    "nudify": "nudify, nudify app, nudify apps, uitkleedapp, uitkleedapps",
    "abuse_images": "missbrauchsdarstellung, missbrauchsdarstellungen, beelden van seksueel misbruik",
    "own_image": "recht am eigenen bild, portretrecht",
    "sextortion": "sextortion, erpressung, chantage, afpersing",
    "grooming": "cybergrooming, grooming",
    "expose": "exposen, exposed, exposing, leaken, geleakt, leak, gelekt",
    "link": "link, url",
    "username": "nutzername, benutzername, username, gebruikersnaam, id, name mit at",
    "platform": "plattform, hoster, host, suchmaschine, platform, zoekmachine",
    "screenshot": "screenshot, screenshots, schermafbeelding, bildschirmfoto",
    "two_factor": "zwei faktor, zwei faktor anmeldung, twee factor, twee stappen, two factor, 2fa, 2 faktor, 2 factor",
    "encrypted": "verschlüsselt, verschlüsselung, versiegelt, versleuteld, versleuteling, verzegeld",
    "bot": "bot, chatbot",
    "hash": "hash, hashes, hashwert, fingerabdruck, vingerafdruk",
    "take_it_down": "take it down, take it down act",
    "stopncii": "stopncii, stop ncii, ncii",
    "evidence": "beweis, beweise, gedächtnisprotokoll, protokoll, bewijs, logboek",
    "dsa": "dsa, digital services act, trusted flagger, trusted flaggers",
    "regulators": "bundesnetzagentur, acm",
    "data_protection": "datenschutzaufsicht, datenschutzbehörde, ap, autoriteit persoonsgegevens",
    "anzeige": "anzeige, strafanzeige, anzeige erstatten",
    "strafantrag": "strafantrag",
    "melding": "melding",
    "aangifte": "aangifte, aangifte doen, klacht indienen",
    "gesprek": "informatief gesprek",
    "zedenpolitie": "zedenpolitie",
    "halt": "halt",
    "jugendamt": "jugendamt, inobhutnahme, veilig thuis",
    "helpwanted": "helpwanted, help wanted, meldpunt, meldpunt kinderporno",
    "secrecy": "schweigepflicht, zwijgplicht, geheimhouding, beroepsgeheim",
}
"""Every word, in both languages, by the state that explains it."""

_ASKED: Final = re.compile(
    r"(?:und |en )?"
    r"(?:was (?:ist|sind|heisst|heist|bedeutet|meint|bedeuten)|wat (?:is|zijn|betekent|betekenen|houdt)|"
    r"was soll|erklaer mir|erklare mir|erklar mir|leg|what is)"
    r"(?: (?:denn|eigentlich|uberhaupt|nochmal|bitte|genau|so|eigenlijk|precies|nou|toch))*"
    r"(?: (?:ein|eine|einen|der|die|das|den|een|n|de|het|a))?"
    r" (?P<word>.+?)"
    r"(?: (?:denn|eigentlich|uberhaupt|genau|nochmal|bitte|heissen|bedeuten|sein|eigenlijk|precies|nou|in|uit|aub))*"
)


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(one if one.isalnum() else " " for one in bare if not unicodedata.combining(one))
    return " ".join(letters.replace("ß", "ss").split())


_TERMS: Final = {_plain(word): name for name, words in WORDS.items() for word in words.split(",")}


def asked_term(text: str) -> str | None:
    """The glossary word a text asks about, or None if it is anything else than that question."""
    if len(text) > LONGEST:
        return None
    found = _ASKED.fullmatch(_plain(text))
    return _TERMS.get(found["word"]) if found else None
