"""Words that stand for a place in a row of choices, and the function words that tell languages apart."""

from typing import Final

ORDINALS: Final[dict[str, int]] = {
    word: number
    for number, words in enumerate(
        (
            "eins ein erste erster ersten erstes een eerste one first a",
            "zwei zwo zweite zweiter zweites zweiten twee tweede two second b",
            "drei dritte dritter drittes dritten drie derde three third c",
            "vier vierte viertes vierten vierde four d",
            "fünf fünfte fünftes vijf vijfde five e",
            "sechs sechste zes zesde six",
            "sieben siebte zeven zevende seven",
            "acht achte achtste eight",
            "neun neunte negen negende nine",
            "zehn zehnte tien tiende ten",
        ),
        start=1,
    )
    for word in words.split()
}
LAST: Final = "letzte letzter letztes letzten laatste last"

# Words around a choice that say nothing: "nummer 2 bitte", "de eerste graag", "ich nehme b".
AROUND: Final = """
    nummer nr number option optie antwort antwoord die der das den dem de het t ich ik nehme nehm neem kies wähle
    möchte will wil bitte bitteschön graag aub alsjeblieft please dann dan punkt also dus mal doe maar mir mij ok oke
    okay eher liever lieber es ist is it
    """

NUMBER_SIGNS: Final[dict[str, int]] = {
    **{sign: number for number, sign in enumerate("①②③④⑤⑥⑦⑧⑨⑩", start=1)},
    "🔟": 10,
    "🥇": 1,
    "🥈": 2,
    "🥉": 3,
}

# Frequent words that are German and not Dutch, and so on. Accents off, as typed.
LANGUAGES: Final[dict[str, str]] = {
    "de": """
        ich du er sie wir ihr mich dich sich mir dir ihm ihn uns euch mein meine meinen meinem meiner dein deine sein
        seine und oder aber nicht nich net kein keine keinen ist sind war waren bin bist habe hab hast hat haben wird
        werde werden wurde kann kannst muss soll will mochte mag darf der das dem des ein eine einen einem einer auf
        aus bei mit nach seit von vom zu zum zur fur uber unter vor durch ohne um wenn weil dass als wie wo wer warum
        wann auch noch schon nur sehr mal jetzt heute morgen gestern immer nie nix nichts was etwas jemand alle alles
        bild bilder schule freund freundin danke bitte hilfe gerade eigentlich vielleicht doch ja nein klar tschuss
        guten gruss gott leben sterben lieber deutsch sprache loschen wie hier dann sonst weiter nochmal anfang zuruck
        menschen mensch jup nee lust wegen angst gut mehr schlafen tot suizidal freundin anzeige erstatten bildern
        sag sagen machen macht gibt gibts gehts geht komm kommt hort heut lang abbrechen neustart vergiss beweise
        sichern grad halt voll spring fenster opfer langweilig vorm mutter vater bruder schwester strafbar
        """,
    "nl": """
        ik jij je hij zij ze wij we jullie mij hem haar hun mijn mn jouw zijn onze ons en of maar niet nie geen ben
        bent was waren heb hebt heeft hebben wordt worden werd kan kun kunt moet moeten zal wil wilt mag het een de
        op uit bij met naar sinds van te voor over onder door zonder om als omdat dat die dit deze hoe waar wie waarom
        wanneer ook nog al alleen heel erg eens nu vandaag gisteren altijd nooit niks niets wat iets iemand alles
        iedereen foto fotos school vriend vriendin bedankt dank alsjeblieft hulp eigenlijk misschien toch ja nee
        tuurlijk doei goed leven dood liever nederlands taal wissen hier dan anders verder opnieuw begin terug mens
        mensen zo zelf mezelf er aan af echt ff gewoon weet zeg zegt zeggen doen doet gaan gaat krijg ga komt hou
        laat stuur verwijder goedemorgen goeiendag hoi tjonge saai tja lastig klopt aangifte beginmenu herstart
        spoed nood annuleren vergeet bewijs bewaren stopt bek krijg jullie wifi moeder vader broer zus zusje straks
        """,
    "en": """
        the you your are is was were have has had my me i im he she they them and or but not dont do does did what
        when where why how who can could should would will want wanna gonna going please help someone somebody this
        that with from about there here just like know think going to for of in on at it its hes shes be been am
        myself right now tonight house coming outside speak english sorry hello thanks die kill
        """,
    "tr": """
        ben sen bana beni benim bir bu ve icin mi mu var yok degil cok nasil turkce biliyor musun konusan babam annem
        amcam istiyorum yardim dokunuyor uvey zorla kimse lutfen merhaba olmek
        """,
    "pl": """
        nie sie czy jest jestem mam na po polsku prosze pomocy pomoc chce umrzec mowicie potrzebuje dziekuje czesc co
        jak ale moje
        """,
    "rom": """
        ciao qualcuno parla italiano sono aiuto grazie ho non che ola alguem fala portugues preciso ajuda obrigado nao
        hola alguien habla espanol necesito ayuda gracias quiero morir yo tengo bonjour je suis pas francais aidez
        merci parle quelquun moi avec salut buna vorbeste romana ajutor vreau
        """,
}
