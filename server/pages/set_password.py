"""The one-time page on which somebody chooses their password."""

from __future__ import annotations

from flask import Response, render_template_string, request

from server import user_admin, users
from server.auth import Ask
from server.pages.style import STYLE
from server.refusals import RefusalError

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>WorkPulse: choose a password</title>
<style>{{ style }}</style>
<main><h1>Choose a password</h1>
{% if done %}<p>Done. Sign in at the console as <strong>{{ name }}</strong>. This link works no more.</p>
{% else %}<p>This link works once. Nobody else knows the password you choose here.</p>
{% if fault %}<p class="fault" role="alert">{{ fault }}</p>{% endif %}
<form method="post"><label for="password">Password (at least 10 characters)</label>
<input id="password" name="password" type="password" required minlength="10" autocomplete="new-password" autofocus>
<button>Keep it</button></form>{% endif %}</main></html>"""


def show_form(ask: Ask) -> Response:
    """Show the empty form."""
    return Response(render_template_string(PAGE, style=STYLE))


def choose_password(ask: Ask) -> Response:
    """Use the link up; a refusal is shown on the form and the link still works."""
    key = request.args.get("key", "")
    try:
        hashed = users.new_password_hash(request.form.get("password", ""))
        name = ask.core.writer.do(lambda connection: user_admin.use_key(connection, key, hashed, ask.now))
    except RefusalError as refusal:
        return Response(render_template_string(PAGE, style=STYLE, fault=refusal.message), refusal.status)
    return Response(render_template_string(PAGE, style=STYLE, done=True, name=name))
