"""When people are here and when next. Pure: the time is an argument, and nothing here is worded."""

from bot.hours.hours import Closure, HoursError, OpeningHours, Span, TeamHours

__all__ = ["Closure", "HoursError", "OpeningHours", "Span", "TeamHours"]
