"""For those who write flows and texts: drawn, played, counted, compared, and how plain a text is."""
