"""What people do to each other: violence, pursuit, meetings, coercion, assault. One meaning a line."""

from typing import Final

HARM: Final[dict[str, str]] = {
    "HIT": """
        schlägt schlagen schlag geschlagen schlug verprügel* prügel* verhau* verdresch* vermöbel* ohrfeig*
        watschn watsche geohrfeigt gewürgt würg* tritt getreten treten boxt boxen geboxt stoß* geschubst
        schubs* slaat slaan sloeg geslagen klap klappen mep meppen mept gemept schopt schoppen geschopt wurg*
        gewurgd trapt getrapt stompt stompen gestompt in_elkaar hitting beats beating mishandel* misshandel*
        gewalt geweld gewelddadig gewalttätig* handgreiflich handtastelijk* rammen_mij zusammenschlag*
        zusammengeschlag* blaue_flecken blauwe_plek* veilchen gürtel riem faust vuist fäuste vuisten klatsch
        klatscht aufs_maul klappen_krijg* wirft_nach gooit_met smijt haut_mich prügelt blaues_auge blauw_oog
        rippe gebrochen gebroken
        """,
    "THREAT": """
        droht drohen drohung* bedroh* gedroht bedroht dreig* dreigt bedreig* gedreigd drohnachricht*
        dreigement* threat* todesdroh* morddroh* doodsbedreig* warnt waarschuw* wehe wehe_dir
        """,
    "GET_ME": """
        kriegen_mich krijgen_me findet_mich vindt_me finden_mich vinden_me holen_mich holt_mich pakken_me
        pakt_me komt_me kommt_mich macht_mich_fertig maakt_me_af bringt_mich_um bringen_mich_um vermoordt_me
        vermoorden_me maken_me_dood maakt_me_dood schlägt_mich_tot slaat_me_dood schlagen_mich slaan_me
        slaat_me schlägt_mich killt_mich tötet_mich töten_mich steekt_me sticht_mich_ab erschießt_mich
        """,
    "FOLLOW": """
        verfolg* folgt folgen gefolgt nachgelauf* nachläuft läuft_mir laufen_mir hinterher hinter_mir
        achter_me achter_mij achtervolg* volgt volgen gevolgd achterna achterna_* loopt_achter fährt_mir
        rijdt_achter beobacht* beschatt* houdt_in_de_gaten in_de_gaten stalk* lauert auflauer* aufgelauert
        spionier* bespied* loert following following_me abgepasst wacht_me_op opwacht* opgewacht
        """,
    "OUTSIDE": """
        vor_der_tür vor_meiner_tür vor_unserer_tür vorm_haus vor_dem_haus vor_meinem_haus vor_unserem_haus
        haustür klingel* klingelt sturm_klingel* klopft hämmert voor_de_deur voordeur voor_mijn_deur
        voor_mijn_huis voor_ons_huis aan_de_deur belt_aan bonkt bonst bonzen klopt_op op_de_stoep in_de_straat
        vor_der_schule bij_school_staan unten_steh* beneden_staat im_flur in_de_gang einfahrt oprit garten
        tuin gartenzaun fenster_steht vorm_fenster bij_het_raam unterm_fenster tür_eintret* aufbrech*
        einbrech* inbrek* zaun hek klettert klimt outside_my draußen_steht staat_buiten steht_draußen
        stehen_draußen staan_buiten
        """,
    "LOCKED": """
        eingesperrt eingeschlossen einsperr* einschließ* opgesloten opsluit* sperrt_mich schließt_mich
        sluit_me lässt_mich_nicht lassen_mich_nicht laat_me_niet laat_mij_niet laten_me_niet laat_me_nie
        nicht_raus niet_weg_mag komm_nicht_raus kom_er_niet_uit festgehalten festhäl* vastgehouden vasthoud*
        houdt_me_vast locked tür_zu deur_op_slot handy_weggenommen schlüssel_abgenommen
        """,
    "HIDE": """
        versteck* verstecke verschanzt verstop* verstopt schuilen verborgen ondergedoken unterm_bett
        onder_het_bed im_schrank in_de_kast im_bad_eingeschlossen badkamer_op_slot abgeschlossen_im
        op_slot_gedaan wc_opgesloten aufm_klo op_de_wc schreib_leise muss_leise moet_stil fluister* flüster*
        psst hiding sluip*
        """,
    "RUN_AWAY": """
        abgehauen abhauen weggelauf* weglaufen weggelopen weglopen ausgerissen ausreiß* gevlucht vlucht*
        geflohen flucht flieh* flüchte* abgehaun rausgeflogen rausgeschmiss* rausgeworf* rauswerf* rauswirft
        rausschmeiß* schmeißt_mich wirft_mich_raus eruit_gezet eruit_gegooid uit_huis op_straat_gezet
        vor_die_tür_gesetzt buiten_gezet gooit_me_eruit gooien_me_eruit schoppen_me_eruit mag_niet_meer_thuis
        darf_nicht_mehr_heim obdachlos dakloos rausgekickt
        """,
    "SLEEP_ROUGH": """
        schlaf_draußen wo_ich_schlaf* wo_soll_ich_schlaf* wo_schlaf* waar_ik_slaap waar_moet_ik_slapen
        buiten_slapen draußen_schlaf* übernacht* overnacht* unter_der_brücke onder_de_brug bushaltestelle
        bushokje bushalte wartehäuschen nachtbus nachtopvang notunterkunft opvang notschlaf* nirgendwo_hin
        nirgends_hin nergens_heen nergens_naartoe wohin_soll waar_moet_ik_heen keinen_schlafplatz
        geen_slaapplek schlafplatz slaapplek slaapplaats parkbank tiefgarage
        """,
    "HOME": """
        zuhause zu_hause zhause daheim heim heimkomm* nach_hause nachhause haus wohnung thuis huis naar_huis
        home zuhaus hause zimmer kamer elternhaus
        """,
    "AFRAID_HOME": """
        angst_nach_hause trau_mich_nicht_heim nicht_nach_hause nich_nach_hause nicht_heim nimmer_heim
        durf_niet_naar_huis niet_naar_huis nie_naar_huis bang_om_naar_huis durf_nie_naar_huis
        trau_mich_ned_heim ned_hoam kann_nicht_heim angst_heim_zu kan_niet_naar_huis
        """,
    "HONOUR": """
        ehre ehrenmord* eerwraak ehrlos* schande_über familienehre zwangsheirat* zwangsverheirat* verheirat*
        uithuwelijk* uitgehuwelijkt huwelijk heirat* ausheirat* trouwen_met verlobt achterlaten kein_pass
        pass_abgenommen paspoort_afgepakt paspoort flugticket ticket_gekauft herkunftsland land_van_herkomst
        schicken_mich sturen_me_naar türkei marokko pakistan afghanistan syrien syrië irak iran kurdistan
        somalia turkije kosovo albanien tschetschenien eer_familie
        """,
    "DRUNK_OTHER": """
        besoffen betrunken gesoffen trinkt säuft zuipt dronken gezopen drinkt suff alkohol alcohol zugedröhnt
        high wenn_er_trinkt als_hij_drinkt als_ie_drinkt als_hij_gedronken wenn_er_getrunken
        """,
    "RAGE": """
        ausrast* rastet_aus rast_aus flipt* flippt ausgeflippt dreht_durch durchdreh* aggressiv* agressie*
        agressief woedend wütend cholerisch brüll* schreit_rum schreeuw* schreeuwt tiert ontploft sloopt_de
        zerleg* schmeißt_mit kapotsla* geweldig_boos uit_zijn_plaat door_het_lint über_uns_hergefallen
        """,
    "REVENGE": """
        rache räche rächen wraak afrekenen revanche wreken terugpakken heimzahl* büßen bezahlen_dafür
        ihn_fertig kaltmachen steche_ihn stech_ihn stech_den bring_ihn_um bring_den_um bringe_ihn_um
        mach_ihn_kalt mach_den ik_steek_hem ik_maak_hem maak_hem_af maak_hem_dood sla_hem ik_schiet schieß_ihn
        pak_hem_terug geh_mit_messer neem_een_mes_mee mes_mee messer_mit waffe_mit zünd* abfackeln in_brand
        anzünd* alle_mitnehm* neem_ze_mee nehm_alle_mit liste_mit_namen lijst_met_namen dodenlijst todesliste
        nicht_nur_ich leg_ihn_um knall_ihn ab_morgen_lacht
        """,
    "MEET": """
        treff* treffe triffst trifft getroffen treffpunkt meet* meetup afsprek* afspraak afgesproken verabred*
        ontmoet* ontmoeting date dates daten link_up linken zien_in_het_echt im_echten real_life irl sehen_uns
        zien_elkaar spotten chillen_met vorbeikomm* vorbei_komm* langskom* langs_kom* langsga* zu_ihm_geh*
        naar_hem_toe zu_ihm_fahr* zu_ihm zu_dem naar_hem naar_die_gast naar_die_vent bei_ihm bij_hem bei_dem
        hingehen hin_gehen hingeh* hin_geh* hinfahr* hinkomm* hinzugeh* erheen er_heen ernaartoe er_naartoe
        naartoe_gaan dahin übergabe übergeb* overhandig* persönlich persoonlijk sehen_will wil_me_zien
        will_mich_sehen mich_sehen me_zien
        """,
    "GO_NOW": """
        unterwegs onderweg auf_dem_weg aufm_weg op_weg fahr_los fahre_los lauf_los geh_los gehe_los los_geht
        losgefahren ga_zo ga_nu ben_er_bijna bin_gleich_da bin_fast_da sitz_im_bus im_bus in_de_bus im_zug_zu
        in_de_trein_naar zieh_schuhe jacke_an jas_aan mach_mich_fertig warte_am wacht_op_hem wart_auf_ihn
        warte_auf_ihn er_wartet hij_wacht wartet_auf_mich wacht_op_mij wacht_op_me steht_schon staat_al
        ist_schon_da is_er_al on_my_way bin_jetzt_da ben_er_nu
        """,
    "PLACE": """
        bahnhof* parkplatz parkhaus park wald spielplatz hotel keller garage haltestelle tankstelle mcces
        mcdonalds mc_donalds burger_king kiosk skatepark see schulhof station treinstation stationsplein
        parkeerplaats parking parkeergarage speeltuin bushalte tankstation plein pleintje mcdo kelder loods
        steeg gasse ecke hoek adresse pin standort locatie treffpunkt koordinaten metrostation einkaufszentrum
        winkelcentrum lidl aldi rewe jumbo einfahrt ferienwohnung kanal kanaal weiher wohnwagen bungalow
        """,
    "CAR": """
        auto autos wagen karre kombi lieferwagen taxi uber bus busje bestelbus wagon scooter roller brommer
        mitfahr* meerijd* einsteig* eingestieg* instap* ingestapt kofferraum beifahrer* abholen abgeholt
        abholt holt_mich ophalen haalt_me komt_me_halen opgehaald kommt_mich_holen pick_me
        """,
    "ALONE": """
        allein alleine alleen alleene einsam eenzaam alone ganz_alleine helemaal_alleen ohne_freunde
        zonder_vrienden niemandem_sagen niemandem_was_sagen niemand_sagen niemand_vertellen mag_het_niemand
        keinem_erzählen darf_keiner ohne_handy zonder_telefoon handy_aus
        """,
    "ADDRESS": """
        adresse adres anschrift straße straat hausnummer huisnummer wo_ich_wohn* wo_wir_wohn* waar_ik_woon
        waar_we_wonen waar_wij_wonen wo_ich_zur_schule welche_schule op_welke_school kennt_meine_adresse
        mein_standort mijn_locatie wohnort woonplaats briefkasten brievenbus where_i_live
        """,
    "COMES": """
        kommt kommen komt komen komme kommst coming kommt_vorbei komt_langs kommen_vorbei komen_langs
        kommt_her komt_hierheen auftauch* aufgetaucht opduik* opgedoken taucht_auf duikt_op fährt_hierher
        """,
    "FORCE": """
        zwing* zwang gezwungen zwingt dwing* dwong gedwongen dwingt genötigt nötig* verplicht_mij muss_ich
        muste_ich musste moest moet_ik moet_ik_van soll_ich_mich verlangt_dass eist_dat will_dass_ich
        wil_dat_ik drängt drang_aan unter_druck onder_druck erpresst_mich_zu forced gezwungn überredet
        overgehaald ließ_nicht_locker gedrängt
        """,
    "TOUCH": """
        anfass* angefasst fasst_an fässt gefasst begrapsch* begrabsch* betatsch* angetatscht grapsch* grabsch*
        befummel* fummel* rumgefummelt berühr* streichel* gestreichelt anpackt aanrak* aangeraakt raakt_aan
        raakte betast* betasten gezeten gefriemeld friemel* frunnik* knijpt kneep zat_aan_me zit_aan_me
        zat_aan_mij zit_aan_mij an_mir_dran an_mir_rum unter_mein_shirt unterm_shirt onder_mijn_shirt
        in_die_hose in_mijn_broek finger hände_nicht handen hand_auf hand_op seine_hand zijn_hand zn_hand
        küss* geküsst kuste gekust zoen* gezoend
        """,
    "RAPE": """
        vergewalt* vergewohlt* verkracht* missbrauch* mißbrauch* misbruik* misbruikt missbraucht rape raped
        aangerand* aanrand* übergriff* sexuell* seksue* sexual* genötigt nötigung grensoverschrijd*
        grenzüberschreit* grensoverschreidend inzest incest belästig* lastigval* lastiggevallen molest*
        schändung ongewenst_intiem
        """,
    "SEX": """
        sex seks geschlafen_mit mit_mir_geschlafen mit_mir_schlaf* gevreeën vrijen naar_bed_met
        mit_ihm_schlaf* mitschlaf* intim intiem ausgezogen uitgekleed kondom condoom jungfrau maagd in_mir
        in_me anal oral pijpen blasen ficken gefickt neuken geneukt
        """,
    "NO_CONSENT": """
        wollte_nicht wollt_nicht wollte_ich_nicht nicht_gewollt wollte_das_nicht wollte_ned wollte_nich
        wilde_niet wilde_ik_niet niet_gewild wou_niet wou_ik_niet wilde_dat_niet wilde_het_niet nein_gesagt
        nee_gezegd nee_zei stop_gesagt stop_gezegd hab_nein heb_nee gegen_meinen_willen tegen_mijn_wil
        nicht_freiwillig niet_vrijwillig hat_nicht_aufgehört hörte_nicht_auf stopte_niet stopt_niet
        hield_niet_op ging_door trotzdem_weiter toch_door ohne_zu_fragen konnte_mich_nicht kon_me_niet
        erstarrt bevroor verstijf* eingefroren weggedrückt weggeduwd ohne_dass_ich nicht_gefragt niet_gevraagd
        niet_om_gevraagd einfach_gemacht gewoon_gedaan over_mijn_grens hör_auf hou_op
        """,
    "DRUGGED": """
        ko_tropfen k.o. drogen_im ins_getränk in_mijn_drankje iets_in_mijn was_ins_glas filmriss blackout
        black-out blackgeout weiß_nichts_mehr weiß_nix_mehr weet_niks_meer weet_niets_meer
        kann_mich_nicht_erinner* herinner_me herinner_niks erinner* bewusstlos* ohnmächtig buiten_westen
        out_ging knock_out nackt_aufgewacht naakt_wakker ohne_hose aufgewacht zonder_broek wakker_geworden
        betrunken_gemacht dronken_gevoerd abgefüllt
        """,
    "BED": """
        bett bed ins_bett in_bed nachts_ins nachts_zu_mir s'nachts_bij matratze matras schlafzimmer slaapkamer
        dusche douche umkleide kleedkamer sofa couch bank_in
        """,
    "SECRET": """
        geheimnis unser_geheimnis geheim geheimpje ons_geheim niemandem_erzähl* niet_vertellen niemand_mag
        niemand_glaub* glaubt_mir niemand_gelooft gelooft_me nie_erzählt nooit_verteld noch_nie_jemand
        nog_nooit_iemand darf_nichts_sagen mag_niks_zeggen
        """,
    "PREGNANT": """
        schwanger schwangerschaft* zwanger zwangerschap* überfällig drüber_mit periode menstruation
        tage_ausgeblieben ongesteld over_tijd pille_danach morning-after* morningafter morning_after soa
        geschlechtskrank* abtreib* abortus hiv
        """,
    "CAM": """
        cam kamera webcam livestream live videochat videocall videoanruf video_call facetime vidcall
        beeldbellen videobellen camsex sexcam camera vor_der_kamera voor_de_camera stream streamen vc omegle
        anruf_nackt
        """,
    "UNDRESS": """
        ausziehen auszieh* zieh_dich_aus mich_ausziehe uitkleden uitkleed* uittrek* kleren_uit kleider_aus
        oben_ohne strip* t-shirt_hoch shirt_hoch hose_runter broek_omlaag alles_zeigen alles_laten_zien
        körper_zeigen
        """,
    "BREATH": """
        luft atem adem hyperventil* panikattack* paniekaanval* panikanfall zitter* tril trillen herzras*
        hartklopping* panik paniek
        """,
    "MISSING": """
        vermisst vermist spurlos nicht_heimgekommen nicht_nach_hause_gekommen niet_thuisgekomen
        niet_thuis_gekomen weg_seit verschwunden_seit sinds_gisteren_weg geht_nicht_ran nimmt_nicht_ab
        neemt_niet_op handy_aus telefoon_uit antwortet_nicht_mehr reageert_niet_meer
        """,
    "GUN_NEWS": """
        lest_ihr_in_der_zeitung in_den_nachrichten let_op_het_nieuws het_nieuws nachrichten_morgen krant
        """,
}
