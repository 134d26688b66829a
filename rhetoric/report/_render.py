"""Plain dicts into pages, by Jinja2 templates that lie beside this module.

Every page carries a security policy that allows no request at all, and by checksum the one style sheet and
the one script that are written into it: markup that slipped through would have nothing to run with.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rhetoric._printable import printable

POLICY = "default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"
SPACES = dict.fromkeys(map(ord, "\t\n\r\u00a0\u2002\u2003\u2007\u2009\u202f\u3000"), " ")
"""White space of any width is a space; other characters that do not print are shown as code points."""


@cache
def _environment() -> Environment:
    """Return the environment of the templates, in which nothing is put out unescaped or invisible."""
    environment = Environment(
        loader=PackageLoader("rhetoric.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    environment.filters["percent"] = percent
    return environment


def _visible(value: Any) -> Any:
    """Return what a template puts out, with whatever a browser would obey made visible."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return printable(value.translate(SPACES))


def percent(share: float | None) -> str:
    """Return a share as people write it, an en dash where it is unknown.

    Examples
    --------
    >>> percent(0.494), percent(None)
    ('49%', '–')
    """
    return "–" if share is None else f"{share:.0%}"


def render(template: str, page: dict[str, Any], **embedded: Markup) -> str:
    """Return a page with its style sheet and script written into it.

    Parameters
    ----------
    template : str
        Name of a template; style sheet and script have its name with another suffix, if there.
    page : dict
        What the template shows.
    **embedded : Markup
        What it carries for its script, such as data as JSON.
    """
    name = template.removesuffix(".html")
    style, script = read("page.css") + read(f"{name}.css"), read(f"{name}.js")
    policy = POLICY.format(style=_checksum(style), script=_checksum(script))
    return (
        _environment()
        .get_template(template)
        .render(page=page, policy=policy, style=Markup(style), script=Markup(script), **embedded)
    )


def embedded_json(value: Any) -> Markup:
    """Return a value as JSON that can stand inside an element of a page."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def read(name: str) -> str:
    """Return a file beside the templates, empty where there is none."""
    path = files("rhetoric.report") / "templates" / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _checksum(text: str) -> str:
    """Return the name of an inline style sheet or script in a security policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
