"""A small English set (the helpline answers in German and Dutch, numbers come first in any language), and the
plainest words of danger in other languages our people speak at home; those are not checked by native speakers."""

from typing import Final

LISTS: Final[dict[str, str]] = {
    "suicide_now": """
        (gonna|going to|will) (end it|kill myself|kms|unalive) ~ (tonight|now|today)?
        (took|taken|swallowed) ~ (pills|tablets|overdose)
        goodbye forever
        (on|at) the (bridge|roof|tracks|ledge)
        """,
    "suicide": """
        (want|wanna|wana|wish) ~ (die|dead|disappear forever)
        (kill|killing|unalive|hang) myself
        (dont|do not|cant) (want to|wanna) (live|be alive|be here|wake up)
        (suicidal|suicide)
        (better off|better) (dead|without me)
        end (my life|it all)
        # French, Spanish, Italian, Portuguese, Romanian
        (veux|voudrais|envie) ~1 (mourir|crever)
        (me suicider|me tuer|veux plus vivre|plus envie de vivre)
        (quiero|ganas) ~1 (morir*|matarme)
        (suicidarme|quitarme la vida|no quiero vivir)
        (voglio|vorrei) ~1 (morire|uccidermi|ammazzarmi)
        (suicidarmi|farla finita|voglio più vivere|non voglio vivere)
        (quero|queria) ~1 (morrer|me matar)
        não quero ~1 viver
        vreau ~1 (să mor|să mai trăiesc)
        mă (omor|sinucid)
        # Polish, Russian, Ukrainian, Serbian, Croatian, Bosnian, Bulgarian
        (chcę|chce|chciałabym|chciałbym) ~1 (umrzeć|umrzec|zdechnąć|zabić|zabic)
        (zabić się|zabic sie|zabiję się|nie chcę żyć|nie chcę już żyć)
        (хочу|хочется) ~1 (умереть|сдохнуть|померти|вмерти)
        не хочу ~2 (жить|жити)
        (покончить с собой|покончу с собой|убью себя|убить себя)
        (hochu|xochu|khochu|hachu) ~1 (umeret|sdohnut|sdokhnut)
        ne (hochu|xochu|khochu|hachu) ~1 (zhit|jit)
        (želim|hoću|oću) ~1 (umrijeti|umreti|umrem|crknem)
        (ubit ću se|ubiću se|ne želim živjeti|ne želim više živjeti|neću više da živim)
        искам да умра
        # Turkish, Kurdish, Albanian, Greek, Hungarian
        (ölmek istiyorum|ölmek istiyom|yaşamak istemiyorum|kendimi öldür*|intihar ed*)
        (dixwazim bimirim|xwe bikujim)
        (dua të vdes|nuk dua të jetoj|vras veten)
        θέλω να πεθάνω
        (meg akarok halni|öngyilkos*)
        # Arabic, Persian, Somali, Papiamento, Sranan
        أموت
        (انتحار|انتحر|خودکشی|بمیرم)
        (bidi|baddi|badi|biddi|ayez|ayza|abgha) ~1 (amut|amot|amout|mout)
        (mikham|mixam|mekhayom) ~1 bemiram
        inaan dhinto
        (mi ke muri|mi kier muri|mi wani dede)
        """,
    "self_harm": """
        (cut|cutting|cuts|hurt|hurting|burn) (myself|my arm*|my wrist*|my leg*)
        (self harm|selfharm*|self harming)
        (je me coupe|me scarifie|me mutile|me corto|mi taglio|tnę się|tne sie|kendimi kesiyorum|режу себя)
        """,
    "violence_now": """
        (outside|at|in front of) my (house|door|home|window)
        (coming|comes) to my (house|home|place)
        (with a|has a) (knife|gun|weapon)
        (hitting|beating|following|chasing|choking) me
        (kill|hurt|beat|stab|shoot) me
        locked me (in|up)
        (knows|know) where i live
        (va|vont) me (tuer|frapper)
        il me frappe
        me (va a|van a) (matar|pegar)
        (mi vuole|mi vogliono) (uccidere|ammazzare)
        (zabije|zabiją) mnie
        beni (öldürecek*|dövüyor*)
        меня (убьет|убьют|бьет|бьют|преследует)
        (убьет|убьют) меня
        (do më vrasë|do më vrasin|më rreh)
        (ubit će me|ubiće me)
        (يضربني|بيضربني|سيقتلني|يقتلني)
        """,
    "meeting": """
        (meet|meeting) (him|her|them|this guy) ~ (today|tonight|now|later|tomorrow)
        on my way to (him|meet)
        """,
    "assault": """
        (raped|raping|rape me|molested|sexually abused|sexually assaulted)
        (touched|touches|touching) me
        (forced|forces|forcing) me
        (dokunuyor|tecavuz)
        (zgwałcił*|zgwałcon*|изнасилов*|اغتصبني|violentata|stuprat*|me violó|violaron)
        """,
    "unsafe_home": """
        (afraid|scared) to go home
        (kicked me out|ran away from home)
        """,
    "panic": """
        panic attack
        cant breathe
        """,
}

JOKING: Final = """
    (lol|haha*|hahaha*|hehe|rofl|xd|jk|lmao|spass|spaß|scherz|grapje|geintje|😂|🤣|😅|😄|😆)
    """

QUOTED_WORK: Final = """
    (plakat|referat|aufsatz|vortrag|hausarbeit|präsentation|quellen|unterricht|poster|werkstuk|
        spreekbeurt|presentatie|verslag|bronnen|verzorging|projekt|profielwerkstuk|challenge|trend)
    """

AGAIN: Final = """
    (wieder|immer noch|schon wieder|erneut|heute|jetzt|gerade|weer|nog steeds|opnieuw|vandaag|nu|again)
    """

KEYWORDS: Final = """
    sterben umbringen umzubringen selbstmord suizidal tabletten vergewaltigt missbraucht eingesperrt abschiedsbrief
    zelfmoord zelfdoding doodgaan verkracht misbruikt aangerand opgesloten automutilatie afscheidsbrief selbstverletzung
    """
