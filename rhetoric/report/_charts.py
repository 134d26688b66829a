"""Charts of a corpus as SVG, made when the page is made: the page itself carries no chart library.

Altair describes them, vl-convert draws them. Colours are left to the style sheet of the page, so that the
charts follow its dark mode; shapes and dashes say the same without colour.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

SOURCES_SHOWN = 6
PANEL = {"width": 350, "height": 120}
PLANE = {"width": 860, "height": 420}
SPARK = {"width": 150, "height": 26}
COLOURS = [f"var(--c{number})" for number in range(1, 7)]
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
_LINK = re.compile(r'<a xlink:href="[^"#]*(#[^"]*)"')
_DECIMALS = re.compile(r"(\d\.\d\d)\d+")


def timeline(shares: pd.DataFrame, span: tuple[pd.Timestamp, pd.Timestamp]) -> Markup:
    """Return the shares of one source over time.

    Parameters
    ----------
    shares : DataFrame
        Columns ``period`` (first day), ``measure`` (skipped or reused) and ``share`` (0 to 1).
    span : tuple of Timestamp
        First and last day of the axis, so that the charts of all sources can be compared.
    """
    alt = _altair()
    measures = ["skipped", "reused"]
    line = (
        alt.Chart(shares)
        .mark_line(point={"size": 18}, aria=False)
        .encode(
            x=alt.X(
                "period:T",
                title=None,
                scale=alt.Scale(domain=[day.isoformat() for day in span]),
                axis=alt.Axis(grid=False, tickCount=5),
            ),
            y=alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=3)),
            color=alt.Color("measure:N", scale=alt.Scale(domain=measures, range=COLOURS[:2]), legend=None),
            strokeDash=alt.StrokeDash(
                "measure:N", scale=alt.Scale(domain=measures, range=[[1, 0], [4, 3]]), legend=None
            ),
        )
        .properties(**PANEL)
    )
    return _svg(line)


def plane(points: pd.DataFrame) -> Markup:
    """Return the plane of novelty and resonance, each statement a point that links to it.

    Parameters
    ----------
    points : DataFrame
        Columns ``novelty`` and ``resonance`` (bits), ``source`` and ``link``.
    """
    alt = _altair()
    sources = points["source"].value_counts().index.tolist()
    legend = alt.Legend(title=None, orient="top", columns=3, columnPadding=60, labelLimit=0)
    few = alt.Axis(tickCount=6)
    marks = (
        alt.Chart(points)
        .mark_point(filled=True, size=26, opacity=0.65, aria=False)
        .encode(
            x=alt.X("novelty:Q", title="novelty (bits)", scale=alt.Scale(zero=False), axis=few),
            y=alt.Y("resonance:Q", title="resonance (bits)", axis=few),
            color=alt.Color("source:N", sort=sources, scale=alt.Scale(range=COLOURS), legend=None),
            shape=alt.Shape("source:N", sort=sources, scale=alt.Scale(range=SHAPES), legend=legend),
            href="link:N",
        )
        .properties(**PLANE)
    )
    return _svg(marks)


def spark(years: list[int], counts: list[int]) -> Markup:
    """Return a small chart of how many statements of each year have a formula."""
    import pandas as pd

    alt = _altair()
    bars = (
        alt.Chart(pd.DataFrame({"year": years, "n": counts}))
        .mark_bar(color=COLOURS[0], aria=False)
        .encode(
            x=alt.X("year:O", axis=None, scale=alt.Scale(paddingInner=0.15)),
            y=alt.Y("n:Q", axis=None, scale=alt.Scale(domain=[0, max(*counts, 1)])),
        )
        .properties(**SPARK)
        .configure_view(stroke=None)
    )
    return _svg(bars)


def _altair() -> Any:
    """Return Altair, or say how to get it."""
    try:
        import altair
        import vl_convert  # noqa: F401 - what draws must be there, too
    except ImportError as exc:
        raise ImportError(
            "altair and vl-convert-python must be installed for the charts of a corpus, got neither or one of them; "
            "pip install 'rhetoric[plots]'."
        ) from exc
    return altair


def _svg(chart: alt.TopLevelMixin) -> Markup:
    """Return a chart as SVG whose links stay in the page and whose colours come from its style sheet."""
    import vl_convert

    alt = _altair()
    axis = {"labelColor": "currentColor", "titleColor": "currentColor", "tickColor": "currentColor"}
    config = {
        "background": "transparent",
        "font": "system-ui, sans-serif",
        "axis": {
            **axis,
            "aria": False,
            "domainColor": "currentColor",
            "gridColor": "var(--rule)",
            "titleFontWeight": "normal",
        },
        "legend": {"aria": False, "labelColor": "currentColor", "symbolFillColor": "currentColor", "labelFontSize": 11},
        "view": {"stroke": None},
    }
    with alt.data_transformers.enable("default", max_rows=None):
        described = chart.to_dict()
    described["config"] = {**described.get("config", {}), **config}
    drawn = vl_convert.vegalite_to_svg(described)
    drawn = _DECIMALS.sub(r"\1", _LINK.sub(r'<a tabindex="-1" href="\1"', drawn))
    return Markup(drawn.replace("<svg ", '<svg aria-hidden="true" ', 1))
