"""HTTP doors for people and platforms: verify, limit, hand to `accept`. Nothing is decided here."""
