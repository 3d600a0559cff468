"""Wishes, plans and means against oneself. One meaning a line."""

from typing import Final

DANGER: Final[dict[str, str]] = {
    "DIE": """
        sterb* stirb* sterven sterf sterft stierf gestorben gestorven doodga* dood_ga* dood_gaan dood_te_gaan
        ga_dood gaan_dood ging_dood verreck* krepier* abkratz* draufgeh* abnippel* eingeh* verrek* creper* die
        dying died ableben ums_leben om_het_leben todesfall sterfgeval overlijd* overleden verstorben*
        verschied* umkomm* omkom*
        """,
    "DEAD": """
        tot tod tote toten todes dood dode doden dead death leiche* lijk lijken mausetot morsdood tod_sein
        unter_der_erde onder_de_grond unter_die_erde onder_de_zoden kerkhof himmel hemel jenseits hiernamaals
        """,
    "LIVE": """
        leb lebe lebt leben lebn weiterleb* weiter_leben weiterzuleben leef leeft leven leve verder_leven
        verderleven doorleven live living existier* bestaan existeren atmen ademen ademhalen am_leben in_leven
        levend überleb* overleef* overleven überstehe*
        """,
    "LIFE": """
        leben lebens leven levens life dasein existenz bestaan
        """,
    "NO_LONGER_BE": """
        nicht_mehr_da nicht_mehr_sein nicht_mehr_hier nich_mehr_da nimmer_da nimmer_sein er_niet_meer_zijn
        niet_meer_zijn er_niet_meer_ben er_niet_meer er_niet_zijn niet_meer_hier nicht_da_wär* mich_nicht_gäbe
        mich_nicht_mehr nicht_existier* nie_geboren nooit_geboren niet_bestaan nicht_mehr_existier*
        niet_meer_bestaan nicht_mehr_leb* nich_mehr_leb* nimmer_leb* niet_meer_lev* niet_meer_leef*
        nie_meer_leven nicht_mehr_weiterleb* net_mehr_leb* nicht_weiterleb* ni_meer_leven ned_mehr_leb*
        niet_langer_leven niet_verder_leven unsichtbar_für_immer
        """,
    "SUICIDE": """
        suizid* suicid* selbstmord* selbstmört* selbsttöt* selbstötung freitod zelfmoord* zelfmoort* zelfdod*
        zelfdoding* suïcid* lebensmüde* levensmoe* todessehnsucht todeswunsch doodswens doodsverlang* kms
        unalive* suizit* selbstmordgedanken suizidal* suicidaal suizidgedanken sui sewer* sewerslide
        lebensmüd* zelfmoordgedacht* euthanasie sterbehilfe zelfmoordpoging* umbringgedanken
        """,
    "KILL_SELF": """
        mich_umbring* mich_umzubring* bring_mich_um bringe_mich_um mich_töten mich_zu_töten mich_erhäng*
        mich_aufhäng* mich_erschieß* mir_das_leben mir_leben_nehm* mich_um umzubringen_mich mezelf_van_kant
        mezelf_ophang* me_ophang* mezelf_ombreng* mezelf_dood* maak_me_kapot_letterlijk mezelf_van_het_leven
        me_van_kant leven_nehm* leven_beneem* kill_myself killing_myself end_my_life mich_kalt_mach*
        mich_wegmach* mich_abschalt* kopf_schuss kopfschuss mich_auslösch* leben_nimm* sich_umbring*
        sich_umzubring* bringt_sich_um bringen_sich_um zichzelf_ombreng* zichzelf_van_kant zichzelf_iets_aan*
        sich_was_an* sich_etwas_an* mir_was_an* mir_etwas_an* mezelf_iets_aan* mezelf_wat_aan* iets_aandoe*
        etwas_antu* was_antu* was_anzutu* etwas_anzutu* me_iets_aan* sichs_leben sich_das_leben
        """,
    "KILL": """
        umbring* umzubring* bringt bring töte* tötet töten umlegen kaltmach* abstech* abstich* absticht
        erstech* erschieß* erschiess* abknall* vermoord* moord* doodmak* doodmaak* doodsteken doodschiet*
        ombreng* afmak* neersteken neerschiet* doodslaan killen killt kill killed killing murder mord ermord*
        totschlag* totschlägt abmurks* überfahr* amok* aanslag anschlag blutbad bloedbad massaker
        """,
    "END_IT": """
        schluss_mach* schluss_mit ende_mach* ein_ende_setz* ende_setzen beende* beenden es_beenden
        alles_beenden einen_schlussstrich schlussstrich einde_aan een_eind_aan er_een_eind* eind_maken
        einde_maken eruit_stap* eruit_stappen er_uit_stap* uitstappen stap_eruit stap_er_uit aussteig*
        ich_steig_aus der_stecker stecker_zieh* stekker_eruit ik_maak_er ende_gelände ausknips* licht_aus
        das_licht_aus uitzetten mezelf_uitzetten ausschalt* end_it ending_it ein_ende ende_finden finito
        game_over exit_nehmen abtret* kapp_ermee kap_ermee alles_afsluiten abschließ* hinter_mir erlös*
        verloss* uit_mijn_lijden ich_mach_schluss mach_ich_schluss mach_es mach_ichs tu_ichs doe_ik_het
        doe_ik_t ik_doe_het ich_tu_es ich_machs ich_zieh_es_durch zieh_ichs_durch zet_door durchzieh*
        der_letzte_ausweg
        """,
    "GONE": """
        weg wegg verschwind* verdwijn* verdwenen verschwunden fort gone disappear* abhau* weg_sein weg_zijn
        für_immer_weg voor_altijd_weg vertrek* nicht_zurück* niet_terug* kein_zurück geen_weg_terug auflös*
        oplossen unsichtbar onzichtbaar weg_bin weg_ben wegbin von_der_welt van_de_wereld andere_seite
        andere_kant letzte_reise laatste_reis enkeltje
        """,
    "FOREVER": """
        für_immer voor_altijd forever auf_ewig voorgoed endgültig definitief ewig eeuwig letztes_mal
        laatste_keer zum_letzten letzte_mal für_ewig voor_eeuwig nie_wieder nooit_meer endlos
        """,
    "LAST": """
        letzt* laatst* last final finale allerletzt* allerlaatst*
        """,
    "SLEEP": """
        schlaf* einschlaf* einzuschlaf* slaap* slapen inslap* sleep ins_bett naar_bed
        """,
    "WAKE": """
        aufwach* wakker* aufzuwach* wake wach erwach* ontwak* aufsteh* opsta*
        """,
    "PILLS": """
        tablette* pille pillen pillendos* tabs tabl pilletje* paracetamol* parace* ibu* ibuprofen*
        schmerzmittel* pijnstiller* medikament* medicijn* medicatie schlafmittel schlaftablett* slaappil*
        überdosis overdosis overdose od antidepress* strip strips blister* packung doosje kapsel* tropfen
        vergift* vergiftig* gift gif bleichmittel bleekmiddel rattengift insulin* pills tablets wodka_und
        """,
    "SWALLOW": """
        geschluckt schluck* schlucken eingenommen einnehm* einzunehm* genommen intus eingeworfen slik* geslikt
        inslik* ingenomen innemen neem_ze_in doorgeslikt achterover swallow* took reingezogen weggeslikt
        runterspül*
        """,
    "HEIGHT": """
        brücke brücken dach hochhaus balkon fensterbrett fenster geländer klippe turm parkdeck viaduct brug
        bruggen dak flat torenflat balustrade reling toren klif raam vensterbank hoogte höhe autobahnbrücke
        parkhaus roof bridge stockwerk verdieping galerij abgrund afgrond talsperre
        """,
    "TRAIN": """
        gleis* bahngleis* schienen zug züge bahn bahnübergang s-bahn sbahn ubahn bahnsteig* bahndamm spoor
        spoorlijn trein treinen overweg perron rails metro tracks train intercity ice lkw lastwagen
        vrachtwagen
        """,
    "JUMP": """
        spring* sprang gesprungen sprung springen jump* stürz* gesprongen sprong runterspring* runterfall*
        loslass* loslaten fallen_lassen laten_vallen vom_dach van_het_dak auf_die_gleise vor_den_zug
        voor_de_trein voor_een_trein vorn_zug vorm_zug onder_de_trein ins_wasser het_water_in
        """,
    "ROPE": """
        strick seil touw strop gürtel riem kabel erhäng* aufhäng* ophang* opgehang* hängen ophing verhang*
        galgen knoten schlinge lus rope noose balken
        """,
    "BLADE": """
        klinge* rasierkling* rasierer messer cutter* schere glasscherbe* scherbe* scherven mes mesje mesjes
        scheermes* scheermesje* schaar stanley* aardappelmes teppichmesser anspitzer* slijper* zirkel passer
        blade razor knife
        """,
    "WEAPON": """
        waffe waffen pistole knarre gewehr messer wapen pistool mes machete gun knife schreckschuss*
        baseballschläger honkbalknuppel knuppel schlagring boksbeugel schlagstock axt bijl bombe bom benzin
        molotow* elektroschock* hamer
        """,
    "FAREWELL": """
        abschied* verabschied* afscheid* afscheidsbrief* lebewohl lebt_wohl leb_wohl machts_gut macht_gut
        vaarwel goodbye tschüss_für auf_nimmerwiedersehen letzte_nachricht laatste_bericht letzte_worte
        laatste_woorden adieu tschüss_an_alle doei_allemaal doei_voor_altijd houdoe_voor zeg_dat_ik sag_ihnen
        sagt_ihnen sagt_meiner sag_meiner zeg_tegen richtet_aus sag_mama sagt_mama sag_papa dass_ich_sie_lieb
        dat_ik_van_ze dat_ik_van_haar vergesst_mich_nicht vergeet_me_niet vergib_mir verzeiht_mir vergeef_me
        danke_für_alles bedankt_voor_alles sorry_für_alles sorry_voor_alles tut_mir_leid_mama
        """,
    "LETTER": """
        brief briefe zettel testament brieven briefje briefjes nalatenschap erben erbe erft playlist_für
        """,
    "FUNERAL": """
        beerdig* begräbnis grab gräber sarg urne trauerfeier begrafenis graf kist crematie uitvaart grafsteen
        grabstein friedhof kerkhof bestatt* funeral einäscher* rouwkaart todesanzeige traueranzeige nachruf
        """,
    "GIVE_AWAY": """
        verschenk* verschenke hergeb* weggegeven weggev* weggeef* geef_weg abgegeben vermach* verteil* uitdel*
        uitgedeeld darfst_haben darf_haben mag_jij_hebben mag_hebben kriegt_mein* krijgt_mijn vererb* erbt
        überlass* nalat* ausgemistet opgeruimd aufgeräumt passwörter wachtwoorden alles_geregelt
        alles_geregeld dinge_geregelt wer_nimmt wer_kümmert wie_zorgt wie_wil_mijn
        """,
    "NO_SENSE": """
        sinn sinnlos zinloos zin zwecklos nutzlos nutteloos doelloos kein_sinn keinen_sinn geen_zin geen_nut
        wozu_noch wofür_noch waarvoor_nog waartoe keinen_grund kein_grund geen_reden hat_kein_wert
        lohnt_sich_nicht bringt_nix_mehr bringt_nichts_mehr heeft_geen_zin
        """,
    "HOPELESS": """
        hoffnungslos* hopeloos keine_hoffnung geen_hoop ausweglos* uitzichtloos uitweg ausweg kein_ausweg
        geen_uitweg keine_zukunft geen_toekomst zukunft toekomst keinen_ausweg perspektivlos* niks_meer_over
        nichts_mehr_übrig kann_nicht_mehr kann_nich_mehr kan_niet_meer kan_nie_meer kann_nimmer kann_ned_mehr
        kan_ni_meer pack_das_nicht packs_nicht pack_nicht_mehr pack_das_nimmer trek_het_niet trek_dit_niet
        trek_t_niet houd_het_niet hou_het_niet hou_t_niet halt_das_nicht halte_das_nicht halts_nicht
        ertrag_das ertrag* ondraaglijk unerträglich leer leeg keine_kraft geen_kracht keinen_bock_mehr geef_op
        geef_het_op gebe_auf geb_auf aufgegeben opgegeven aufgeben opgeven satt_hab* alles_satt alles_zat
        ben_het_zat müde_von_allem moe_van_alles moe_van_het bin_durch ben_klaar klaar_mee fertig_mit am_ende
        op_het_eind uitgeput erschöpft wil_niet_meer will_nicht_mehr will_nich_mehr mag_nicht_mehr mag_nimmer
        will_nimmer wil_nie_meer wil_ni_meer hoeft_niet_meer hoeft_voor_mij hoeft_van_mij brauch_nicht_mehr
        will_net_mehr kein_bock_mehr
        """,
    "BURDEN": """
        last belast* ballast zur_last tot_last blok_aan klotz störe stoor nur_probleme alleen_maar_problemen
        enttäusch* teleurstel* schande eh_egal niemand_vermiss* keiner_vermiss* vermiss* niemand_mist mist_me
        keinem_fehlen fehl_keinem überflüssig overbodig wertlos* waardeloos nichts_wert niks_waard verdien*
        platz_weg
        """,
    "WITHOUT_ME": """
        ohne_mich zonder_mij zonder_me without_me wenn_ich_weg wenn_ich_nicht wenn_ich_nimmer als_ik_weg
        als_ik_er_niet als_ik_dood wenn_ich_tot falls_ich_nicht als_ik_niet nach_meinem_tod na_mijn_dood
        besser_ohne beter_zonder beter_af besser_dran leichter_ohne nachdem_ich_weg nadat_ik bis_dahin_bin_ich
        dan_ben_ik_er dann_bin_ich_nicht dann_bin_ich_eh bin_ich_eh_nicht dann_bin_ich_weg ben_ik_er_niet
        """,
    "RATHER": """
        lieber liever besser beter am_liebsten het_liefst rather ebensogut net_zo_goed
        """,
    "WISH": """
        wünsch* wünschte wens* hoffe hoop hopelijk wish ich_wollt wär wäre hätte zou kon_ik kzou wou
        was_ik_maar wenn_ich_nur bloß
        """,
    "THINK": """
        denk denke denkt dachte dacht gedacht gedanke* gedachte* überleg* überlegt nachgedacht nadenk* think
        thought grübel* googel* google gegoogelt gegoogeld recherch* vorstell* stell_mir_vor voorstel* stemm*
        stimme_im_kopf
        """,
    "PLAN": """
        plan plane geplant pläne gepland plannen vorbereit* voorbereid* bereit klaar besorgt gekauft gekocht
        gesammelt gespaart gehortet liegt_bereit ligt_klaar liegen_bereit liggen_klaar schublade lade
        nachttisch nachtkastje datum entschied* beschloss* besloten entschluss besluit beslissing ausgesucht
        uitgekozen uitgezocht termin_steht weiß_wie weet_hoe weiß_wo weet_waar zähl* tel_af aftellen countdown
        stichtag
        """,
    "TRY": """
        versuch versucht versuche versuchs probeer* geprobeerd poging pogingen suizidversuch*
        selbstmordversuch* attempt beim_letzten_mal vorige_keer diesmal deze_keer dieses_mal schon_mal
        """,
    "CUT": """
        ritz* ritzt ritzn geritzt geritz* schneid* schnitt* geschnitten aufgeschnitten aufschneid* snij*
        snijd* sneed gesneden krassen kras gekrast kerf* gekerfd ritsen opensnijd* cut cuts cutting selfharm*
        self_harm self-harm svv selbstverletz* selbstverletzung zelfverwond* zelfbeschadig* automutil*
        zelfbeschadiging sh barcode* katzenkratz* kattenkrab* streifen_am strepen striche_am styro beans
        eingeritzt ingekerfd
        """,
    "HURT_SELF": """
        mir_weh mir_selbst_weh mir_selber_weh tu_mir_weh tue_mir_weh mir_wehtun mich_verletz*
        mich_selbst_verletz* mich_selber_verletz* verletz_mich verletze_mich mezelf_pijn me_pijn
        mezelf_verwond* mezelf_snij* mezelf_beschadig* mezelf_slaan mezelf_straf* mich_bestraf*
        mich_selbst_bestraf* bestraf_mich straf_mezelf mich_schlag* mich_kratz* krab_mezelf krab_me
        mich_verbrenn* mezelf_brand* brand_mezelf mich_beiß* beiß_mir bijt_mezelf kopf_gegen hoofd_tegen
        faust_gegen vuist_tegen gegen_die_wand tegen_de_muur haare_ausreiß* haren_uit hurt_myself sich_weh
        sich_verletz* sich_selbst_verletz* verletzt_sich zichzelf_pijn zichzelf_snij* zichzelf_verwond*
        snijdt_zich sich_ritzt ritzt_sich
        """,
    "BLOOD": """
        blut* blutet blutig bloed* bloedt bloeden gebloed verband pflaster pleister* wunde* wunden wond wonden
        wondje* näh* genäht hechten gehecht handtuch handdoek tiefe diep_gesneden zu_tief te_diep brandwond*
        brandwund* kruste korst*
        """,
    "SCAR": """
        narbe* narben littek* vernarb* scars schnitte schnittwund* snee sneeën sneetjes striemen krassen_op
        """,
    "ARM": """
        arm arme armen unterarm* handgelenk* puls* pulsader* oberschenkel* bein beine schenkel bovenbe* polsen
        pols onderarm* dijen dij benen haut huid bauch buik wrist ärmel mouw mouwen lange_ärmel lange_mouwen
        hoodie pulli trui langarm* armband* armbänd* zweetband* handschuhe
        """,
    "PAIN": """
        schmerz* weh pijn pain leiden lijden wehtu* aua spüren voelen_wat was_spüren druck_ablass*
        druck_loswerd* ventil uitlaatklep spanning anspannung
        """,
    "RELAPSE": """
        rückfall* rückfällig terugval* relapse* clean sauber_seit drang schneidedruck urge* wieder_angefangen
        weer_begonnen weer_gedaan wieder_gemacht tage_clean dagen_clean neige verlang
        """,
    "STARVE": """
        hunger_straf* nichts_gegessen niks_gegeten kotz_mich erbrech* kotz_alles braak* überhaupt_nichts_essen
        """,
}
