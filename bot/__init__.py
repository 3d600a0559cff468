"""Wegweiser: a helpline's bot, evidence store and desk. The map of the house is in README.md."""
