"""What sentences are called: labels by content, verdicts by wording, kinds by both."""

FORMULAIC, SUBSTANTIVE, UNCERTAIN = "formulaic", "substantive", "uncertain"
VERBATIM, CHANGED, NEW = "verbatim", "changed", "new"
BOILERPLATE, STANDING_LINE, FRESH_RHETORIC, NEWS = "boilerplate", "standing line", "fresh rhetoric", "news"
