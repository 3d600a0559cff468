"""Free text to language, crisis, intent and the reasons: pure, offline, deterministic.

The one function is `understand` (bot/understanding/understand.py).
"""
