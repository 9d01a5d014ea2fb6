"""The one-time page on which the first owner chooses a name and a password."""

from __future__ import annotations

from flask import Response, render_template_string, request

from server import users
from server.auth import Ask
from server.pages.style import STYLE
from server.refusals import RefusalError

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>WorkPulse: first owner</title>
<style>{{ style }}</style>
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
    return Response(render_template_string(PAGE, style=STYLE))


def make_owner(ask: Ask) -> Response:
    """Use the link up; a refusal is shown on the form and the link still works."""
    key, name, password = request.args.get("key", ""), request.form.get("name", ""), request.form.get("password", "")
    try:
        hashed = users.new_password_hash(password)
        ask.core.writer.do(lambda connection: users.make_first_owner(connection, key, name, hashed, ask.now))
    except RefusalError as refusal:
        return Response(render_template_string(PAGE, style=STYLE, fault=refusal.message), refusal.status)
    return Response(render_template_string(PAGE, style=STYLE, done=True, name=name))
