"""How it is meant: wanting, denying, asking, when, and the signs of figures of speech. One meaning a line."""

from typing import Final

FRAME: Final[dict[str, str]] = {
    "WANT": """
        will wil möchte möcht mag wollen willen wilt willst wollte wollt wilde wou möchten want wanna würde
        würd zou hätt_gern würde_gern zou_graag kwil lust bock zin_in zin_om
        """,
    "CAN": """
        kann kan kannst können konnte kon kun kunnen könnte könnt zou_kunnen kunt can could
        """,
    "MUST": """
        muss muß müssen musst moet moeten soll sollen sollte sollt hoef moest must brauch brauche
        """,
    "MAY": """
        darf dürfen darfst mag mogen durfen erlaubt
        """,
    "NEG": """
        nicht nich net ned nit nd nt ni nie niet geen kein keine keinen keinem keiner nix nichts niks niets
        nimmer nope not dont don't doesn't didn't cant can't no never niemals ohne zonder weder noch_nie nooit
        nee nein nä nö kaum nauwelijks
        """,
    "NO_MORE": """
        nicht_mehr nich_mehr ned_mehr net_mehr nimmer nimma niet_meer nie_meer ni_meer geen_meer kein_mehr
        keine_mehr nix_mehr nichts_mehr niks_meer niets_meer anymore nit_mehr nt_mehr nimmermehr keinen_mehr
        """,
    "NEVER": """
        nie niemals nooit never im_leben_nicht auf_keinen_fall van_zn_leven_niet echt_nicht keinesfalls
        zeker_niet
        """,
    "DENY": """
        keine_sorge keine_angst geen_zorgen maak_je_geen keine_panik geen_paniek nein_ich nee_ik
        nicht_suizidal niet_suïcidaal niet_suicidaal bin_nicht ben_niet würde_nie zou_nooit habe_nicht_vor
        hab_nicht_vor niet_van_plan nicht_vor tu_mir_nichts tu_mir_nix doe_mezelf_niks doe_mezelf_niets
        doe_niks nicht_umbring* nicht_sterben niet_dood niet_sterven nicht_wörtlich nicht_so_gemeint
        niet_letterlijk niet_zo_bedoeld im_übertragenen figürlich figuurlijk bei_wijze bij_wijze
        nur_so_ein_spruch sozusagen zeg_maar so_sagt_man sagt_man_so redensart redewendung so_gemeint
        niet_serieus nicht_ernst nicht_ernst_gemeint grapje scherz spaß spass war_nur_spaß was_maar_een
        geintje nicht_so_schlimm nichts_ernstes niets_ernstigs alles_gut alles_ok alles_okay alles_safe
        alles_goed gehts_gut geht_mir_gut gaat_goed gaat_wel mir_gehts_gut bin_sicher ben_veilig in_sicherheit
        niemand_verletzt niemand_gewond keine_gewalt geen_geweld keine_gefahr geen_gevaar fasst_mich_nicht_an
        raakt_me_niet_aan schlägt_nicht slaat_niet würde_mich_nie nie_geschlagen nooit_geslagen
        """,
    "LITERAL": """
        wörtlich letterlijk_bedoel ernst_gemeint mein_ich_ernst mein_es_ernst ernsthaft serieus echt_jetzt
        im_ernst kein_spaß geen_grap geen_grapje kein_scherz kein_witz wirklich in_echt echt wallah_ich_schwör
        ich_schwör ik_zweer meine_das_ernst ich_meins_ernst meen_het meen_ik nicht_übertrieben niet_overdreven
        ohne_witz
        """,
    "LAUGH": """
        lol haha* hahaha* hehe* hihi* xd rofl lmao jk höhö 😂 🤣 😅 😄 😆 😁 😜 🙈 🙃 😹 😉 😝 💀 lachen lach gelacht
        gelachen totgelacht kaputtgelacht lachkick lustig grappig witzig funny lollig witz mop
        """,
    "SHAME": """
        scham* schäm* schaam* schamen geschämt peinlich* gênant gênant* genant beschämt beschaamd blamier*
        blamage afgang für_gêne vor_scham van_schaamte boden_versink* erdboden durch_den_boden door_de_grond
        door_de_vloer rot_werd* knallrot rood_hoofd cringe fremdscham gezichtsverlies awkward
        """,
    "IDIOM": """
        vor_lachen van_het_lachen vor_langeweile van_verveling vor_neugier van_nieuwsgierigheid vor_hunger
        van_de_honger vor_scham van_schaamte vor_aufregung van_de_zenuwen vor_angst van_angst zu_tode
        tot_in_de ums_verrecken in_grund_und innerlich van_binnen vanbinnen todmüde totmüde todlangweil*
        doodmoe doodop doodsaai doodstil doodnormaal doodeng doodsbenauwd doodziek todernst todsicher am_arsch
        im_arsch im_eimer naar_de_klote naar_de_knoppen sozialer_tod sociale_dood sozial_tot sociaal_dood
        sozialer_selbstmord sociale_zelfmoord rip ruf reputatie fast_gestorben bijna_dood halb_gestorben
        half_dood literally so_gut_wie gefühlt gevoelsmatig ik_ga_stuk ik_ging_stuk geh_kaputt sterb_gleich
        bin_gestorben ich_sterbe ik_sterf dode_hoek dode_mus totpunkt tote_hose doodlopend umgebracht_vor
        killt_mich_der der_kopf_platzt hoofd_ontploft bringt_mich_um_den hausarrest huisarrest handyverbot
        mich_umbringen_wenn vermoordt_me_als köpft_mich rast_völlig kopf_ab meinen_kopf mijn_kop kop_kosten
        den_kopf_kosten mir_die_hölle einen_anschiss anschiss standje preek moralpredigt donderpreek schimpft
        boos_worden ärger_krieg*
        """,
    "GAME": """
        spiel* spielen zock* gezockt game gamen gaming games minecraft fortnite valorant gta csgo cs roblox
        brawl clash fifa lol_ranked ranked level endboss respawn* skin lobby server switch playstation xbox
        ps5 gamer elden zelda sims among_us cod warzone rocket_league eindbaas speler spieler raid dungeon npc
        quest hitpoints fortnight potje runde
        """,
    "MEDIA": """
        film filme serie serien staffel folge buch roman krimi doku docu song lied lyrics rap album musik
        muziek liedje nummer_van netflix tiktok_trend trend podcast theater musical drehbuch script boek
        verhaal geschichte roman_schreib* fanfic* manga anime aflevering seizoen bioscoop kino gedicht poem
        hoofdpersonage hauptfigur personage rolle toneel
        """,
    "SCHOOLWORK": """
        referat präsentation plakat aufsatz hausarbeit klausur* klassenarbeit test prüfung* mathe physik bio
        deutsch_arbeit ethik religion hausaufgabe* abi spreekbeurt werkstuk presentatie verslag toets
        toetsweek proefwerk examen* huiswerk wiskunde maatschappijleer profielwerkstuk projekt project
        facharbeit seminararbeit quellen bronnen interview erörterung betoog poster vortrag unterricht
        unterrichts* les lesmateriaal aktionstag themaweek workshop
        """,
    "SPORT": """
        training trainieren fußball voetbal handball turnen turnier wedstrijd match spiel_gegen marathon sport
        sportunterricht gym fitness rennen liegestütz muskelkater spierpijn hockey boxtraining boksen kickbox*
        judo schwimmen zwemmen trampolin* klettern klimmen kletterhalle klimhal bungee fallschirm* tor tore
        team verein trainer skaten reiten paardrijden aschenbahn freibad zwembad dreimeter* sprungturm
        schiedsrichter
        """,
    "COOKING": """
        koch* küche keuken gemüse groente zwiebel* ui uien tomate* brot brood kartoffel* aardappel* papier
        basteln knutsel* schere rasur rasieren scheren beim_rasier* beim_koch* bij_het_koken obst kuchen taart
        backen bakken herd waffeleisen bügeleisen strijkijzer versehentlich per_ongeluk aus_versehen
        ausgerutscht uitgegleden gestürzt gevallen fahrrad fiets unfall ongeluk ongelukje
        """,
    "DEVICE": """
        handy akku wlan internet laptop computer pc server app update netz empfang telefoon batterij accu wifi
        bereik scherm display tablet router tastatur verbindung verbinding account profil
        """,
    "GRAND_DEATH": """
        opa_gestorben oma_gestorben opa_is oma_is opa_overleden oma_overleden vor_jahren_gestorben
        jaren_geleden todestag sterfdag trauer* rouw* krebs kanker alzheimer altersschwäche ouderdom
        eingeschläfert ingeslapen inschläfern beerdigung_von begrafenis_van uitvaart_van nachbar* buurman
        buurvrouw bei_uns_im_dorf an_unserer_schule vorbild
        """,
    "PAST": """
        früher damals vor_jahren vor_einem_jahr vor_zwei_jahren vor_monaten letztes_jahr voriges_jahr war_mal
        hatte_mal lange_her längst vorbei überstanden hinter_mir_gelassen inzwischen mittlerweile vroeger toen
        destijds jaren_geleden vorig_jaar jaar_geleden maanden_geleden was_ooit had_ooit lang_geleden allang
        voorbij achter_de_rug inmiddels ondertussen in_der_grundschule op_de_basisschool war_ich_12 toen_ik_12
        als_ich_12 toen_ik_klein als_ich_klein seit_jahren_clean seitdem_nicht sindsdien_niet
        nicht_mehr_gemacht niet_meer_gedaan heute_geht vandaag_gaat geht_mir_besser gaat_beter
        mir_gehts_besser wieder_gut weer_goed stabil stabiel abgeschlossen afgerond in_behandlung
        in_behandeling verurteilt veroordeeld sitzt_in_haft vastgezet verhaftet opgepakt angezeigt
        aangifte_gedaan geblockt geblokkeerd nicht_hingegangen niet_gegangen abgesagt afgezegd zum_glück
        gelukkig
        """,
    "NOW": """
        jetzt jz jtz jzt gerade grad grade momentan im_moment nu nuu zonet net_nu op_dit_moment now rn sofort
        direct gleich eben straks zometeen zo_meteen zo_dadelijk dadelijk soeben in_10 in_20 in_30 in_5
        in_einer_stunde over_een_uur noch_eine_stunde nog_een_uur bald seit_eben
        """,
    "TODAY": """
        heute heut heit hüt heude heute_abend heute_nacht vandaag vanavond vanmiddag vannacht vanmorgen today
        tonight tonite nachher später_heute diese_nacht deze_nacht abend nacht uhr um_acht om_acht om_5 um_5
        16_uhr 18_uhr 20_uhr middernacht mitternacht
        """,
    "TOMORROW": """
        morgen mrgn morgn übermorgen overmorgen tomorrow wochenende weekend montag dienstag mittwoch
        donnerstag freitag samstag sonntag maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
        nächste_woche volgende_week ferien vakantie am_geburtstag verjaardag silvester oudjaar weihnachten
        kerst
        """,
    "AGAIN": """
        wieder weer again erneut opnieuw schon_wieder alweer immer_wieder steeds_weer immer noch_immer
        nog_steeds immernoch jedes_mal elke_keer jede_nacht elke_nacht jeden_tag elke_dag jeden_abend
        elke_avond seit_wochen al_weken ständig continu dauernd täglich dagelijks oft vaak manchmal soms
        """,
    "IF": """
        wenn falls als indien sobald zodra if bevor voordat bis tot
        """,
    "ELSE": """
        sonst anders ansonsten oder_er oder_sie of_hij of_ze of_ie or_he andernfalls wenn_nicht als_niet
        wenn_ich_nicht als_ik_niet wenn_nich als_ik_nie
        """,
    "BUT": """
        aber maar doch obwohl hoewel but trotzdem toch
        """,
    "BECAUSE": """
        weil wegen omdat want vanwege deshalb daarom door
        """,
    "QUESTION": """
        was wie wo wann warum wer welche wat hoe wanneer waarom welke what how where when why ob of_ik
        kann_ich kan_ik soll_ich moet_ik darf_ich mag_ik muss_ich ist_das is_dat is_het gibt_es is_er habt_ihr
        hebben_jullie könnt_ihr kunnen_jullie stimmt_das klopt_dat
        """,
    "SHOULD_I": """
        soll_ich sollte_ich moet_ik zal_ik muss_ich darf_ich soll_i hingehen_oder hin_oder_nicht gaan_of_niet
        ist_es_schlau is_het_slim ist_es_okay was_wenn_ich wat_als_ik wäre_es_besser
        """,
    "WHAT_DO": """
        was_soll_ich was_mach_ich was_tun wat_moet_ik wat_doe_ik was_kann_ich wat_kan_ik was_jetzt wat_nu
        und_jetzt en_nu weiß_nicht_weiter weet_niet_wat was_mache_ich wie_reagier* hoe_reageer* wie_kann_ich
        hoe_kan_ik
        """,
    "HELP": """
        hilfe hilf helft helfen hulp help helpen helpt hilft sos bitte_helft aidez ayuda pomocy yardım rettet
        red_me
        """,
    "SAD": """
        traurig verdrietig heul* wein* weint geweint huil* janken gejankt deprimiert depri depressi* depresi*
        down niedergeschlagen somber sip einsam eenzaam verzweifel* wanhop* elend ellendig mies beschissen
        scheiße kacke rot klote kut 😭 😢 💔 😔 😞 🥺 😩 😣 kaputt kapot fertig gebroken gebrochen unglücklich
        ongelukkig überfordert overstuur
        """,
    "AFRAID": """
        angst ängste ängstlich schiss bang bange bangheid fürcht* furcht panik paniek scared afraid
        muffensausen nervös zenuwachtig eng gruselig unheimlich mulmig trau_mich_nicht durf_niet
        """,
    "ANGRY": """
        wütend wut sauer hass hasse boos kwaad woede pissig geladen zornig böse angepisst haatdragend
        """,
    "GUILT": """
        schuld schuldig selbst_schuld selber_schuld eigen_schuld schuldgefühl* mein_fehler mijn_schuld
        mijn_fout fehler_gemacht fout_gemaakt spijt bereu* bereue dumm dom stom blöd naiv naïef hätte_nie
        had_nooit
        """,
    "OK_NOW": """
        gut okay prima beter besser erleichtert opgelucht froh blij happy glücklich gelukkig freu* leuk schön
        lekker chill entspannt relaxed ruhig rustig vorfreude
        """,
    "HYPOTHESIS": """
        vielleicht vllt vlt misschien mss evtl eventuell glaub_nicht geloof_niet könnte_sein zou_kunnen
        vermut* vermoed* ich_glaub ik_denk anscheinend blijkbaar offenbar angeblich zogenaamd gerücht*
        gerucht*
        """,
    "QUOTE": """
        schreibt_mir schreiben_mir schrieb_er hat_geschrieben steht_da zeggen_dat sagen_mir sagten sagt_immer
        wünschen_mir wensen_me kommentar* comments reactie* geh_sterben ga_dood_zeggen kys kill_yourself
        bring_dich_um häng_dich_auf spring_doch maak_jezelf pleeg_zelfmoord_zeggen wünscht_mir
        den_tod_gewünscht dood_gewenst dood_toegewenst
        """,
    "SAYS": """
        sagt sagte gesagt sag meint meinte schreibt geschrieben erzählt erzählte zegt zei gezegd schrijft
        schreef geschreven vertelt vertelde verteld appt stuurde schickte said says bescheid
        """,
    "WORRY": """
        sorge* sorgen mach_mir_sorgen zorgen maak_me_zorgen ongerust besorgt bezorgd merk* benimmt gedraagt
        rückzug zurückgezogen teruggetrokken komisch raar anders_als_sonst auffällig verändert veranderd
        """,
    "AGE": """
        jahre_alt jaar_oud bin_12 bin_13 bin_14 bin_15 bin_16 bin_17 ben_12 ben_13 ben_14 ben_15 ben_16 ben_17
        12-jährig* 13-jährig* 14-jährig* 15-jährig* jährig* m12 w13 m14 w14 w15 m15
        """,
}
