"""Word lists of the first version, in the notation of `bot.understanding.phrases`: data to be reviewed, no code.

Sources: the facts of Germany (section 6) and of the Netherlands (sections 6c and 6d), read 2026-11-21, and
native use. No list is ever shown to anybody.
"""
