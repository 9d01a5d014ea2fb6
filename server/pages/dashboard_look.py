"""How the browser dashboard looks: a person's own page, with tiles, charts, and tables that stack on a telephone."""

from __future__ import annotations

from markupsafe import Markup

from server.pages.own_look import OWN_STYLE, policy_of

DASHBOARD_STYLE = (
    OWN_STYLE
    + """
:root{--whole:#1f5fbf;--other:#d08a2e} @media(prefers-color-scheme:dark){:root{--whole:#8fb4ff;--other:#e0b060}}
header,main{max-width:72rem} nav.tabs{align-items:center;border-bottom:1px solid var(--line);margin-bottom:1rem}
nav.tabs form{margin-left:auto} a[aria-current]{font-weight:650;text-decoration:none;border-bottom:3px solid var(--blue)}
form.row{margin:0 0 1rem;align-items:end} form.row label{margin-top:0} form.row button{margin-top:0}
.narrow{max-width:26rem} .mid{font-size:1.2rem;font-weight:600}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:0 1rem}
.chart{width:100%;height:auto;min-width:30rem;display:block} .chart .whole{fill:var(--whole)} .chart .other{fill:var(--other)}
.chart .grid{stroke:var(--line)} .chart text{fill:var(--soft);font-size:11px}
.chart .tick{text-anchor:end} .chart .below{text-anchor:middle}
.key{color:var(--soft);font-size:.9rem} .key span{display:inline-block;width:.9rem;height:.9rem;border-radius:3px;margin-right:.35rem;
vertical-align:-2px}
.key .whole{background:var(--whole)} .key .other{background:var(--other);margin-left:1rem} td.n,.big,.mid{font-variant-numeric:tabular-nums}
th.n{text-align:right} .stacks .n{padding-left:1rem} .narrow input{width:100%}
@media(max-width:44rem){.stacks thead{display:none} .stacks tr{display:block;border-top:1px solid var(--line);padding:.5rem 0}
.stacks td{display:flex;justify-content:space-between;gap:1rem;border:0;padding:.15rem 0;text-align:left} .stacks td.who{font-weight:650}
.stacks td.place{display:none} .stacks td::before{content:attr(data-label);color:var(--soft)} .stacks td.who::before{content:none}}
"""
)
STYLE = Markup(DASHBOARD_STYLE)  # noqa: S704 — ours, and the same for everybody
POLICY = policy_of(DASHBOARD_STYLE)
