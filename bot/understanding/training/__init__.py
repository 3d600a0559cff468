"""From the corpus to `weights.bin`. Only the commands `understand train` and `understand corpus` come here."""
