"""How a person's own page looks, and the policy that lets a browser load nothing else."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup

OWN_STYLE = """
:root{color-scheme:light dark;--ink:#1c2530;--paper:#fff;--ground:#f4f6f8;--line:#d8dee6;--soft:#5a6675;--blue:#1f5fbf;--onblue:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8eb;--paper:#1d2228;--ground:#14171b;--line:#39424d;--soft:#a3adba;--blue:#8fb4ff;
--onblue:#10151c}}
*{box-sizing:border-box} body{font:16px/1.5 system-ui,'Nirmala UI',sans-serif;background:var(--ground);color:var(--ink);margin:0}
header,main{max-width:60rem;margin:auto;padding:1rem} header{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:baseline}
h1{font-size:1.5rem;margin:0 auto 0 0} h2{font-size:1.15rem;margin:0 0 .6rem} h3{font-size:1rem;margin:1.2rem 0 .3rem}
a{color:var(--blue)}
section{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:1rem;margin:0 0 1rem;overflow-x:auto}
p{margin:.3rem 0} .soft{color:var(--soft);font-size:.9rem} .said{border-color:var(--blue)} .big{font-size:1.7rem;font-weight:650}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr));gap:.6rem 1rem;margin:.8rem 0 0} dt{color:var(--soft);
font-size:.9rem} dd{margin:0}
dd{font-weight:600} table{border-collapse:collapse;width:100%} th,td{text-align:left;padding:.35rem .7rem .35rem 0;vertical-align:top}
td{border-top:1px solid var(--line);overflow-wrap:break-word} th{color:var(--soft);font-weight:500;font-size:.9rem} .n{text-align:right;
white-space:nowrap}
label{display:block;margin:.7rem 0 .2rem;font-weight:600} input,select,textarea{font:inherit;padding:.5rem;max-width:100%;color:inherit;
background:var(--paper);
border:1px solid var(--line);border-radius:6px} textarea{width:100%} .row{display:flex;flex-wrap:wrap;gap:0 1rem}
button{font:inherit;margin-top:.8rem;padding:.6rem 1.1rem;min-height:44px;background:var(--blue);color:var(--onblue);border:0;
border-radius:8px;cursor:pointer} button.quiet{background:var(--paper);color:var(--blue);border:1px solid var(--blue);margin:.4rem 0}
.purpose{border-top:1px solid var(--line);padding:.2rem 0 .6rem} ol{padding-left:1.3rem;margin:.3rem 0}
nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem} nav a{padding:.3rem 0}
"""
STYLE = Markup(OWN_STYLE)  # noqa: S704 — ours, and the same for everybody


def policy_of(style: str) -> str:
    """Return the policy under which a browser loads nothing, runs nothing, and takes no style but this one."""
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{allowed}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


POLICY = policy_of(OWN_STYLE)
