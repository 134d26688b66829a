"""Print the lowest versions that pyproject.toml allows, as constraints for pip.

    python tools/lowest.py test > lowest.txt

takes the dependencies of the package and of the extras that are named.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

BOUND = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?>=([0-9.]+)$")


def constraints(extras: list[str]) -> list[str]:
    """Return ``name==version`` for every requirement that states a lower bound."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = project["dependencies"] + [one for extra in extras for one in project["optional-dependencies"][extra]]
    bounds = dict(match.groups() for one in listed if (match := BOUND.match(one)))
    missing = [one for one in project["dependencies"] if not BOUND.match(one)]
    if missing:
        raise ValueError(f"dependencies must have a lower bound alone, got {missing}; write name>=version.")
    return [f"{name}=={version}" for name, version in sorted(bounds.items())]


if __name__ == "__main__":
    print("\n".join(constraints(sys.argv[1:])))
