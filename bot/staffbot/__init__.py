"""The counsellors' Telegram bot, mode `bell`: notices without content, and a button to take a chat over (S18).

`events` decides what is worth a notice, `ringer` tells it once and edits it when it is over, `acts` is what a linked
counsellor can do, `wire` is the only module that knows python-telegram-bot. Updates are fetched as raw JSON by the
same loop as the public bot's; one that cannot be read is passed over.
Whoever is not linked gets no answer at all. Nothing here reads, or could open, what anybody wrote.
"""
