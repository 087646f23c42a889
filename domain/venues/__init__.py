"""What is peculiar to one venue's dialect, whoever asks; no client and no socket lives here."""
