"""The labels of sentences."""

FORMULAIC, SUBSTANTIVE, UNCERTAIN = "formulaic", "substantive", "uncertain"
