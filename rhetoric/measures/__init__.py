"""The published measures of formulaic and of new language.

One function a measure, from documents to an array or a frame with a row for each of them. Three rules
hold throughout:

- **Point-in-time**: the past of a document are the documents strictly earlier than it. A document never
  counts in its own figures, what has the same date is neither past nor future, and no figure of the past
  changes when later documents arrive.
- **A text counts once**: the same text, or nearly so, on the same or the following three days is one
  document; re-issues have the value of the first issue.
- **Undefined is NaN**, never 0, with the reason in a warning or in ``attrs["undefined"]`` of a frame.

Documents are a DataFrame with the columns ``text`` and ``date``, and ``id``, ``source`` and ``title`` where
there. Rows may come in any order and results are aligned with them; ties of dates are resolved by ``id``,
or by row where there is none. :func:`prepare` shares the work between several measures, :func:`measure`
makes one table of many.
"""

from rhetoric.measures._all import MEASURES, measure
from rhetoric.measures._boilerplate import boilerplate, redundancy, stickiness
from rhetoric.measures._consecutive import consecutive_similarity, lazy_prices, text_similarities
from rhetoric.measures._content import standard_content
from rhetoric.measures._coverage import coverage_age, new_wording, return_time, reuse, writable_since
from rhetoric.measures._dating import datability
from rhetoric.measures._divergence import distribution_resonance, novelty, resonance, transience
from rhetoric.measures._figures import hard_information, specificity
from rhetoric.measures._perishability import formulaic_share, perishability
from rhetoric.measures._phrases import association, bundle_counts, dispersion, hapaxity
from rhetoric.measures._plots import plot
from rhetoric.measures._prepared import PreparedDocuments, prepare
from rhetoric.measures._recurrence import WeibullReturns, burstiness, gaps, weibull_returns
from rhetoric.measures._similarity import importance

__all__ = [
    "MEASURES",
    "PreparedDocuments",
    "WeibullReturns",
    "association",
    "boilerplate",
    "bundle_counts",
    "burstiness",
    "consecutive_similarity",
    "coverage_age",
    "datability",
    "dispersion",
    "distribution_resonance",
    "formulaic_share",
    "gaps",
    "hapaxity",
    "hard_information",
    "importance",
    "lazy_prices",
    "measure",
    "new_wording",
    "novelty",
    "perishability",
    "plot",
    "prepare",
    "redundancy",
    "resonance",
    "return_time",
    "reuse",
    "specificity",
    "standard_content",
    "stickiness",
    "text_similarities",
    "transience",
    "weibull_returns",
    "writable_since",
]
