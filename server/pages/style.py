"""How the server's few pages look; no page loads anything from anywhere."""

from __future__ import annotations

from markupsafe import Markup

STYLE = Markup("""
 body{font:16px/1.5 system-ui,sans-serif;background:#f4f6f8;color:#1c2530;display:grid;place-items:center;min-height:95vh}
 main{background:#fff;border:1px solid #d8dee6;border-radius:12px;padding:32px;width:min(420px,90vw)}
 label{display:block;margin:16px 0 4px;font-weight:600} input{width:100%;box-sizing:border-box;padding:10px;font:inherit}
 button{margin-top:24px;padding:10px 18px;font:inherit;background:#1f5fbf;color:#fff;border:0;border-radius:8px}
 .fault{color:#a11919}
""")
