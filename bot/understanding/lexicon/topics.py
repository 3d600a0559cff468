"""What a message is about besides danger: images, money, school, the helpline itself. One meaning a line."""

from typing import Final

TOPICS: Final[dict[str, str]] = {
    "IMAGE": """
        bild bilder bildern bilda pic pics foto fotos photo photos aufnahme aufnahmen video videos vid vids
        clip clips filmpje filmpjes filmp filmchen plaatje plaatjes beeld beelden opname opnames selfie*
        screenshot* snap snaps material materiaal datei* bestand* afbeelding* galerie galerij
        """,
    "NUDE": """
        nackt* nackig* nackert* nude* naakt* bloot blote intim* intiem* ausgezogen uitgekleed oben_ohne
        topless unterwäsche ondergoed bh lingerie bikini dessous dickpic* nudes sext* freizügig* sexy körper
        lichaam
        """,
    "FAKE": """
        fake* gefake* gefakt* ki k.i. ai a.i. deepfake* deepnude* künstlich* kunstmatig* generiert*
        gegenereerd* montage* bearbeitet* bewerkt* gephotoshopt* gefotoshopt* photoshop* nep neppe nepfoto*
        nepbeeld* nepvideo* nepnaakt* grok uitkleedapp* nudify* manipuliert* gemanipuleerd* face_swap
        faceswap* kopf_auf hoofd_op gesicht_auf gezicht_op fälsch* gefälscht* unecht* onecht* undress*
        zusammengeschnitten stemmenklon stimme_geklont nepplaatje* pornfake* sexfake* seksfake* nicht_echt
        niet_echt computergemacht erfunden
        """,
    "SHARE": """
        geteilt teilen teilt verschick* geschickt rumgeschickt rumschick* weitergeschickt weiterschick*
        weitergeleit* weiterleit* verbreit* rumgeh* rumgezeigt geleakt leak* gelekt lek lekt gedeeld delen
        doorgestuurd doorstur* rondgestuurd rondgaat rondgaan gaat_rond geht_rum macht_die_runde verspreid*
        verspreiden geexposed expos* exposed bangalijst banga gezeigt laten_zien doorgegeven rondgedeeld
        im_umlauf viral gezien_door gesehen
        """,
    "POST": """
        post postet gepostet gepost hochgelad* hochlad* online reinstell* reingestellt stellt_rein
        stellt_online online_gestellt online_gezet zet_online zetten_online geplaatst plaatst plaatsen
        veröffentlich* gepubliceerd uploadt upload* geüpload* im_netz im_internet op_internet op_het_internet
        story stories status website webseite seite pornoseite* pornosite* xvideos pornhub kanal kanaal site
        """,
    "SEND": """
        schick* sende sendet gesendet stuur* stuurt sturen gestuurd versturen verstuurd send sent schicken_mir
        """,
    "GROUP": """
        gruppe* gruppenchat klassengruppe klassenchat klassenapp groepsapp groep groepschat appgroep
        klassen-app jahrgangsgruppe discordserver groepje familieapp verteiler follower* volgers kontakte
        contacten freundesliste abonnenten
        """,
    "SCHOOL": """
        schule schul* school klas klasse klassen pausenhof schulhof schoolplein unterricht lehrerzimmer
        gymnasium gym realschule vmbo havo vwo mavo mbo berufsschule kantine pauze pause bus schulbus
        schoolbus aula klaslokaal jahrgang elternabend ouderavond klassenfahrt schoolreis umkleide mitschüler*
        klasgeno* internat stage praktikum verein
        """,
    "BULLY": """
        mobb* gemobbt pest* gepest pesten ausgelacht auslachen lachen_mich uitgelachen lachen_me hänsel*
        verarsch* belächel* nachgerufen naroep* nageroepen scheld* schelden beschimpf* uitgescholden beleidig*
        spott* schikan* treiter* roddel* lästern getuschel tuschel* fluister* zeigen_mit wijzen hater* sprüche
        opmerking* nennen_mich noemen_me sticker
        """,
    "MONEY": """
        geld euro eur kohle cash doekoe knaken bitcoin* btc krypto crypto gutschein* paysafe* paypal überweis*
        überwiesen tikkie gutscheincode* steam* steamkarte* amazonkarte* googleplay applecard cadeaukaart*
        cadeaubon* bon bonnen giftcard* bank konto rekening spaargeld erspartes ersparnis* taschengeld zakgeld
        western_union revolut knete moos iban summe bedrag tausend hundert honderd duizend
        """,
    "PAY": """
        zahl zahle zahlen bezahl* gezahlt bezahlt zahlung* betaal* betalen betaald betaling overmaken
        overgemaakt gestort geüberwiesen pay paid abgezockt zurückholen terughalen terugkrijgen erstatt*
        rückbuch* stornier*
        """,
    "BLACKMAIL": """
        erpress* sextor* sextortion chant* gechanteerd chanteert afpers* afgeperst perst_me blackmail* extort*
        torschen gechant* unter_druck_setz* zet_me_onder
        """,
    "DEMAND": """
        forder* verlang* eist eisen will_geld wil_geld wollen_geld willen_geld will_mehr wil_meer wollen_mehr
        willen_meer noch_mehr nog_meer neue_bilder nieuwe_foto* mehr_bilder meer_fotos frist deadline
        ultimatum countdown stunden_zeit uur_de_tijd bis_morgen bis_heute tot_morgen tot_vanavond
        """,
    "PUBLISH_THREAT": """
        sonst_schickt* sonst_stellt* sonst_postet* sonst_leakt* sonst_zeigt* anders_stuurt* anders_zet*
        anders_plaatst* anders_lekt* anders_laat* an_alle_schick* alle_meine_follower an_meine_eltern
        an_meine_freunde naar_mijn_ouders naar_mijn_vrienden naar_al_mijn naar_iedereen an_meine_schule
        naar_mijn_school an_alle
        """,
    "DELETE": """
        lösch* gelöscht löscht runternehm* runter entfern* entfernt weghab* weg_hab* loswerd* wegkrieg*
        wegbekomm* verwijder* weghal* eraf offline wissen gewist wis delete* takedown weg_von offline_halen
        weg_krijgen eraf_krijgen
        """,
    "REPORT": """
        meld* gemeldet gemeld melding report* gereport rapporteer* rapporteren geflaggt flaggen reporten
        """,
    "PLATFORM": """
        instagram insta ig snapchat snap tiktok tik_tok whatsapp wa telegram tele discord youtube facebook fb
        twitter x reddit onlyfans google bing pinterest twitch threads signal jodel kik omegle wizz bereal
        vinted steam
        """,
    "SUPPORT_FAIL": """
        reagiert_nicht reagieren_nicht reageert_niet reageren_niet macht_nix machen_nichts macht_nichts
        doen_niks doet_niks abgelehnt afgewezen ignorier* negeer* keine_antwort geen_antwoord geen_reactie
        verstößt_nicht richtlinien richtlijn* gemeinschaftsstandards support helpdesk formular formulier
        """,
    "BLOCK": """
        block* geblockt blockier* blokkeer* geblokkeerd geblokt entblock* deblokkeer* sperren gesperrt
        kontakt_abbrech*
        """,
    "HASHTOOL": """
        stopncii stop_ncii take_it_down takeitdown hash* fingerabdruck* vingerafdruk* ncii
        digitaler_fingerabdruck
        """,
    "EVIDENCE": """
        beweis* bewijs* sicher* sichern gesichert protokoll* logboek* notier* noteren dokumentier*
        documenteer* vastleg* aufheb* bewaar* bewaren exportier* exporteer* screenshotten screenshots
        sicherstell* belege chatverlauf chatverläufe url urls link links zeitstempel tijdstempel
        gedächtnisprotokoll schermafdruk* schermopname* bildschirmaufnahme*
        """,
    "HANDIN": """
        euch_schicken euch_senden jullie_sturen naar_jullie bei_euch_hochlad* bei_euch bij_jullie einreich*
        inlever* abgeb* insturen anhäng* anhang bijlage upload_hier hier_hochladen hier_uploaden hier_ist_der
        hier_is_de doorsturen_naar_jullie hier_sind_die hier_zijn_de nehmt_ihr ontvangen_jullie wohin_damit
        büroklammer paperclip
        """,
    "REPORT_POLICE": """
        anzeige* anzeigen angezeigt anzuzeigen strafanzeige* strafantrag aangifte* aangeven melding_doen
        anzeige_erstatt* zur_polizei naar_de_politie zur_wache naar_het_bureau polizei_geh* politie_bellen
        polizei_anruf* bei_der_polizei bij_de_politie onlinewache aussage verhoor vernehm* getuig* zeuge*
        """,
    "LAW": """
        strafbar* verboten verboden illegal* illegaal legal legaal gesetz* paragraph* paragraf* artikel
        straftat* strafe straf* bestraft gestraft rechte rechten rechtlich* juridisch klage klagen verklag*
        aanklag* schadensersatz schmerzensgeld schadevergoeding gefängnis knast gevangenis cel jugendstraf*
        jeugdstraf* halt haft portretrecht recht_am_eigenen urheber* auteursrecht vervolg* vorstraf*
        strafmündig minderjährig* minderjarig* urteil vonnis boete datenschutzgrundverordnung dsgvo avg
        unterlass* kort_geding erlaubt toegestaan mag_dat darf_der darf_man
        """,
    "HUMAN": """
        mensch menschen mens mensen person persoon persönlich berater* beraterin hulpverlener* mitarbeiter*
        medewerker* jemand_echtes echten_menschen echt_iemand echter_mensch echt_mens echte_person
        mit_jemandem mit_wem met_iemand jemanden_zum iemand_om reden sprechen praten spreken telefonier*
        anrufen bellen zurückruf* terugbel* agent human
        """,
    "HOURS": """
        öffnungszeit* openingstijd* sprechzeit* erreichbar bereikbaar besetzt geöffnet geopend offen open
        wann_seid wann_ist wanneer_zijn bis_wann tot_hoe_laat hoe_laat ab_wann vanaf_wanneer wochenende
        weekend feiertag* feestdag* wartezeit wachttijd wachtrij warteschlange wie_lange_dauert hoe_lang_duurt
        24/7 rund_um_die_uhr nachtdienst antwortet_ihr meldet_sich wann_kommt wanneer_komt schicht
        """,
    "LANGUAGE": """
        deutsch nederlands niederländisch* hollands holländisch* duits duitse taal sprache vlaams flämisch
        dutch german language switch_to umstellen omschakelen übersetz* vertaal* andere_sprache andere_taal
        verstehe_kein versta_geen
        """,
    "DATA": """
        daten gegevens data chatverlauf gespräch_löschen gesprek_wissen konto account profil_bei verlauf
        geschiedenis alles_über_mich alles_over_mij spuren sporen gespeichert* opgeslagen speicher* opslaan
        bewaren_jullie vergiss_mich vergeet_mij dsgvo avg export
        """,
    "PRIVACY": """
        anonym* anoniem* anonimiteit vertraulich* vertrouwelijk* schweigepflicht* beroepsgeheim geheimhaltung
        datenschutz* privacy wer_liest wie_leest liest_mit mitlesen meelezen leest_mee erfahren_meine erfährt
        erfahren weitergeb* doorgeven kostet kosten kost gratis umsonst kostenlos verfolgbar traceerbaar
        ip-adresse ip-adres sagt_ihr vertellen_jullie unter_uns onder_ons meine_nummer mijn_nummer klarname
        echte_naam verschlüssel* versleutel*
        """,
    "BOT": """
        bot robot roboter ki_bot chatgpt chatbot maschine machine computer programm programma automat*
        künstliche_intelligenz gpt antwortet_hier echter_mensch echt_mens wer_bist wie_ben_jij wer_seid
        wie_zijn_jullie was_bist wat_ben_jij
        """,
    "PREVENT": """
        schütz* schützen schutz bescherm* beschermen vorbeug* voorkom* voorkomen verhinder* verhindern
        vermeid* vermijden einstell* instelling* privat_stell* privé_zet* passwort wachtwoord zwei-faktor
        tweestaps* erkenn* erkennen herken* herkennen sicher_sein veilig_online tipps tips aufklär* voorlicht*
        prävention preventie damit_keiner zodat_niemand
        """,
    "MADE_IT": """
        hab_ich_gemacht habe_ich_gemacht ich_hab_ein_fake ich_habe_ein_fake ich_war_das ich_wars das_war_ich
        war_ich_das ik_heb_het_gemaakt ik_was_het dat_was_ik heb_ik_gemaakt ik_heb_een_nep* selbst_erstellt
        habe_weitergeleitet hab_weitergeleitet hab_weitergeschickt habs_weiter* hab_es_weiter*
        heb_doorgestuurd heb_het_doorgestuurd heb_m_doorgestuurd doorgestuurd_heb mitgemacht meegedaan
        mitgelacht meegelachen wiedergutmach* goedmaken entschuldig* excuses sorry_zeggen ich_hab_von_ihr
        ich_hab_von_einer ik_heb_van_een aus_meiner_klasse_gemacht
        """,
    "BACK": """
        zurück terug back vorherige vorige verklickt vertippt misgeklikt verkeerd_gedrukt falsch_gedrückt
        rückgängig einen_schritt een_stap andere_antwort ander_antwoord
        """,
    "RESTART": """
        neustart restart reset herstart von_vorn* von_vorne von_anfang opnieuw vanaf_het_begin van_voren_af
        van_voor_af neu_anfang* neu_start* auf_null hauptmenü hoofdmenu startmenü beginmenu menü menu
        nochmal_neu
        """,
    "STOP": """
        stop stopp exit quit abbrechen abbruch beenden annuleren sluiten schließen afsluiten tschö weg_hier
        wegklick* raus_hier muss_weg moet_weg muss_los moet_gaan kommt_rein komt_binnen kommt_gerade
        schnell_weg snel_weg chat_zu chat_dicht keine_nachrichten geen_berichten nicht_mehr_schreiben
        niet_meer_appen
        """,
    "THANKS": """
        danke dankeschön vielen_dank bedankt dank_je dankjewel dankuwel merci thx thanks ty tnx tysm 🙏 ❤ 🫶
        super_nett tschüss tschüssi tschau ciao doei doeg tot_ziens bis_dann bis_bald servus
        """,
    "GREET": """
        hi hallo hey hoi moin yo servus grüezi hello guten_tag guten_abend guten_morgen goedemorgen
        goedenavond goedemiddag goeiendag grüß_gott jemand_da iemand_daar na_du ewa ewaja hé hallöchen
        """,
    "INSULT": """
        fick* fotze hure* hurensohn wichser arschloch missgeburt spast* idiot* verpiss* fresse kanker* kut
        kutbot tyfus tering klootzak hoer* mongool rot_op flikker* sukkel* opfer* schwuchtel homo bastard
        fuck* noob opgeflikkert scheißbot drecks*
        """,
    "SPAM": """
        gratis_robux robux free klick_hier klik_hier gewinn* gewonnen winnen followers_kaufen coupon
        verdien_geld passives investier* casino onlyfans_link check_my promo code_einlösen
        """,
    "NUDIFY_REQUEST": """
        welche_app welke_app beste_app bester_bot app_um app_om ausziehen_lassen uitkleden_app schick_nudes
        stuur_nudes zeig_titten zeig_dich laat_zien_schat
        """,
    "OFFTOPIC": """
        wetter weer_vandaag witz mop pizza essen_heute wm em lieblings* favoriete lieblingsfarbe hausaufgaben
        huiswerk hauptstadt hoofdstad rechnen wortspiel rätsel raadsel schere_stein liedtext rezept recept
        film_tipp langweilig* saai verveel*
        """,
}
