"""A small English set (the helpline answers in German and Dutch, numbers come first in any language), and the
few words of danger we know in other languages our people speak at home."""

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
        أموت
        (umrzec|zabic sie|chce umrzec)
        (olmek istiyorum|kendimi oldur*)
        (quiero morir|vreau sa mor|hочу умереть|хочу умереть|хочу померти)
        """,
    "self_harm": """
        (cut|cutting|cuts|hurt|hurting|burn) (myself|my arm*|my wrist*|my leg*)
        (self harm|selfharm*|self harming)
        """,
    "violence_now": """
        (outside|at|in front of) my (house|door|home|window)
        (coming|comes) to my (house|home|place)
        (with a|has a) (knife|gun|weapon)
        (hitting|beating|following|chasing|choking) me
        (kill|hurt|beat|stab|shoot) me
        locked me (in|up)
        (knows|know) where i live
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
