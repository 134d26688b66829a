"""Results as HTML for a notebook: a fragment with its own styles, no scripts, nothing unescaped.

The functions take the parts that they show, so that the results themselves can call them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from rhetoric._printable import printable

if TYPE_CHECKING:
    from jinja2 import Template

MAX_ROWS = 60
"""Rows shown: a notebook is for a look, a page for a long statement."""

_TEMPLATE = """\
<div class="rhetoric">
<style>
.rhetoric{max-width:60em;line-height:1.45;font-family:system-ui,sans-serif}
.rhetoric h4,.rhetoric p{margin:.15em 0}
.rhetoric table{border-collapse:collapse;margin-top:.6em}
.rhetoric td,.rhetoric th{text-align:left;vertical-align:top;padding:.2em .9em .2em 0;background:none}
.rhetoric td.quiet{opacity:.68}
.rhetoric td.loud{font-weight:600}
.rhetoric .number{text-align:right;font-variant-numeric:tabular-nums}
.rhetoric small{opacity:.75}
</style>
{% if title %}<h4>{{ title }}</h4>{% endif %}
{% if origin %}<p><small>{{ origin }}</small></p>{% endif %}
{% for sentence in summary %}<p>{{ sentence }}</p>{% endfor %}
{% if rows %}<table>
<thead><tr>{% for name in columns %}<th scope="col">{{ name }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in rows %}<tr>{% for cell in row.cells %}
<td class="{{ row.tone if loop.last else 'number' if cell is number }}">{{ cell }}</td>
{% endfor %}</tr>
{% endfor %}</tbody></table>{% endif %}
{% if n_left_out %}<p><small>and {{ "{:,}".format(n_left_out) }} more</small></p>{% endif %}
</div>
"""


@cache
def _template() -> Template:
    """Return the template, in which nothing is put out unescaped or invisible."""
    from jinja2 import Environment

    def visible(value: Any) -> Any:
        return printable(value) if type(value) is str else value

    return Environment(autoescape=True, finalize=visible, trim_blocks=True).from_string(_TEMPLATE)


def fragment(
    *,
    title: str | None = None,
    origin: Iterable[object] = (),
    summary: Iterable[str] = (),
    columns: Sequence[str] = (),
    rows: Sequence[tuple[Sequence[object], str]] = (),
) -> str:
    """Return a heading, sentences and a table as HTML.

    Parameters
    ----------
    title : str, optional
        Heading.
    origin : iterable of object
        What stands in small type below it; missing parts are left out.
    summary : iterable of str
        Sentences.
    columns : sequence of str
        Headings of the table.
    rows : sequence of (cells, tone)
        Cells of each row, and whether its last one is "loud", "quiet" or neither.

    Examples
    --------
    >>> "<th scope=\\"col\\">words</th>" in fragment(columns=["words"], rows=[([3], "")])
    True
    """
    shown = [{"cells": list(cells), "tone": tone} for cells, tone in rows[:MAX_ROWS]]
    return _template().render(
        title=title,
        origin=" · ".join(str(part) for part in origin if part is not None),
        summary=list(summary),
        columns=columns,
        rows=shown,
        n_left_out=len(rows) - len(shown),
    )
