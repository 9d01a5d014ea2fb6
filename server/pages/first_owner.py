"""The one-time page on which the first owner chooses a name and a password."""

from __future__ import annotations

from flask import Response, render_template_string, request

from server import users
from server.auth import Ask
from server.refusals import RefusalError

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>WorkPulse: first owner</title>
<style>
 body{font:16px/1.5 system-ui,sans-serif;background:#f4f6f8;color:#1c2530;display:grid;place-items:center;min-height:95vh}
 main{background:#fff;border:1px solid #d8dee6;border-radius:12px;padding:32px;width:min(420px,90vw)}
 label{display:block;margin:16px 0 4px;font-weight:600} input{width:100%;box-sizing:border-box;padding:10px;font:inherit}
 button{margin-top:24px;padding:10px 18px;font:inherit;background:#1f5fbf;color:#fff;border:0;border-radius:8px}
 .fault{color:#a11919}
</style>
<main><h1>First owner</h1>
{% if done %}<p>Done. <strong>{{ name }}</strong> can now sign in at the console. This link works no more.</p>
{% else %}<p>This link works once. It makes the first person who may see all figures and add others.</p>
{% if fault %}<p class="fault" role="alert">{{ fault }}</p>{% endif %}
<form method="post"><label for="name">Name</label><input id="name" name="name" required maxlength="128" autocomplete="username">
<label for="password">Password (at least 10 characters)</label>
<input id="password" name="password" type="password" required minlength="10" autocomplete="new-password">
<button>Make me the owner</button></form>{% endif %}</main></html>"""


def show_form(ask: Ask) -> Response:
    """Show the empty form."""
    return Response(render_template_string(PAGE))


def make_owner(ask: Ask) -> Response:
    """Use the link up; a refusal is shown on the form and the link still works."""
    key, name, password = request.args.get("key", ""), request.form.get("name", ""), request.form.get("password", "")
    try:
        hashed = users.new_password_hash(password)
        ask.core.writer.do(lambda connection: users.make_first_owner(connection, key, name, hashed, ask.now))
    except RefusalError as refusal:
        return Response(render_template_string(PAGE, fault=refusal.message), refusal.status)
    return Response(render_template_string(PAGE, done=True, name=name))
