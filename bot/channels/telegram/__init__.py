"""Telegram's public bot: what it sends us, what we send, and its limits."""
