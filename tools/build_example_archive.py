"""Build the example archive of the package from the whole statements of the seed dataset.

    python tools/build_example_archive.py

The result is rhetoric/data/example.archive; the same seed gives the same bytes.
"""

from pathlib import Path

from rhetoric.archive import Archive
from rhetoric.datasets import load_statements

if __name__ == "__main__":
    target = Path(__file__).parent.parent / "rhetoric" / "data" / "example.archive"
    print(Archive.build(load_statements(), target))
