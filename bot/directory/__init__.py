"""Who answers now: contacts and facts as data. Pure: the time is an argument, and nothing here is worded."""

from bot.directory.directory import Directory, DirectoryError, UnknownPlaceholder
from bot.directory.entry import Answers, Entry, OpeningTimes, Rule
from bot.directory.facts import Fact, Facts
from bot.directory.line import AgeBand, CardKind, Line

__all__ = [
    "AgeBand",
    "Answers",
    "CardKind",
    "Directory",
    "DirectoryError",
    "Entry",
    "Fact",
    "Facts",
    "Line",
    "OpeningTimes",
    "Rule",
    "UnknownPlaceholder",
]
