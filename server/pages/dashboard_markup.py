"""The markup of the browser dashboard; Jinja escapes every value, and the figures' seconds stand beside what is read."""

HEAD = """<!doctype html>
<html lang="{{ language }}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
{% if refresh %}<meta http-equiv="refresh" content="60">{% endif %}<title>WorkPulse · {{ w.title }}</title><style>{{ style }}</style>
<header><h1>{{ heading }}</h1><nav>{% for code, called in languages.items() %}{% if code != language %}
<a href="{{ link(lang=code) }}" lang="{{ code }}">{{ called }}</a>{% endif %}{% endfor %}</nav></header><main>
"""
SIGN_IN = (
    HEAD
    + """{% if fault %}<section class="said" role="alert">{{ fault }}</section>{% endif %}
<section class="narrow"><h2>{{ w.sign_in }}</h2><p class="soft">{{ w.same_users }}</p>
<form method="post" action="/sign-in?lang={{ language }}"><label for="user">{{ w.user }}</label>
<input id="user" name="user" required maxlength="128" autocomplete="username" autofocus><label for="password">{{ w.password }}</label>
<input id="password" name="password" type="password" required autocomplete="current-password"><br>
<button>{{ w.sign_in }}</button></form></section></main></html>"""
)
REASON = (
    HEAD
    + """{% if fault %}<section class="said" role="alert">{{ fault }}</section>{% endif %}
<section class="narrow"><h2>{{ w.reason }}</h2><p>{{ w.reason_told }}</p><form method="post" action="{{ here }}">
<input type="hidden" name="form_key" value="{{ key }}"><label for="reason">{{ w.reason }}</label>
<input id="reason" name="reason" required minlength="5" maxlength="500"><br><button>{{ w.go_on }}</button></form>
<p><a href="/dashboard?lang={{ language }}">{{ w.back }}</a></p></section></main></html>"""
)
REFUSED = (
    HEAD
    + """<section class="said" role="alert">{{ told }}</section>
<p><a href="/dashboard?lang={{ language }}">{{ w.back }}</a></p></main></html>"""
)
BAR = """
<nav class="tabs"><a href="{{ link(view="", person="") }}" {% if not view and not one %}aria-current="page"{% endif %}>{{ w.worked }}</a>
{% if ranks %}<a href="{{ link(view="leaderboard", person="") }}" {% if view %}aria-current="page"{% endif %}>
{{ w.leaderboard }}</a>{% endif %}
<form method="post" action="/sign-out?lang={{ language }}"><input type="hidden" name="form_key" value="{{ key }}">
<span class="soft">{{ viewer }}</span> <button class="quiet">{{ w.sign_out }}</button></form></nav>
<form method="get" action="/dashboard" class="row"><input type="hidden" name="lang" value="{{ language }}">
{% if view %}<input type="hidden" name="view" value="{{ view }}"><input type="hidden" name="span" value="{{ span }}">{% endif %}
{% if one %}<input type="hidden" name="person" value="{{ one.id }}">{% endif %}
<div><label for="chosen">{{ w.day }}</label><input id="chosen" type="date" name="day" value="{{ day }}"></div>
{% if teams|length > 1 and not one %}<div><label for="team">{{ w.team }}</label><select id="team" name="team">
<option value="">{{ w.all_teams }}</option>{% for team in teams %}<option value="{{ team.id }}"
{% if team.id == chosen_team %}selected{% endif %}>{{ team.name }}</option>{% endfor %}</select></div>{% endif %}
<div><label>&nbsp;</label><button>{{ w.show }}</button></div></form>
"""
HOME = (
    HEAD
    + BAR
    + """{% macro worked(label, one) %}<td class="n" data-label="{{ label }}">
<data value="{{ one.seconds }}">{{ say.duration(one.seconds) }}</data></td>
<td class="n" data-label="{{ w.real }}"><data value="{{ one.hours }}">{{ say.count(one.hours) }}</data></td>{% endmacro %}
{% if not shown.rows %}<section>{{ w.nobody }}</section>{% else %}
<div class="tiles">{% for name, span, one in tiles %}<section id="{{ name }}"><h2>{{ w[name] }} <span class="soft">{{ span }}</span></h2>
<p class="big"><data value="{{ one.seconds }}">{{ say.duration(one.seconds) }}</data></p><p class="soft">{{ w.worked }}</p>
<p class="mid"><data value="{{ one.hours }}">{{ say.count(one.hours) }}</data>
<span class="soft">{{ w.real }}</span></p></section>{% endfor %}</div>
<section><h2>{{ w.by_day }} <span class="soft">{{ tiles[2][1] }}{% if not one %} · {{ w.together }}{% endif %}</span></h2>{{ chart }}
<p class="key"><span class="whole"></span>{{ w.worked }} <span class="other"></span>{{ w.unbroken }}</p></section>
{% if not one %}<section><h2>{{ w.people }}</h2><table class="stacks">
<thead><tr><th>{{ w.person }}<th class="n">{{ w.day }}<th class="n">{{ w.real }}
<th class="n">{{ w.week }}<th class="n">{{ w.real }}<th class="n">{{ w.month }}<th class="n">{{ w.real }}</tr></thead><tbody>
{% for row in shown.rows %}<tr id="person-{{ row.person }}"><td class="who">
<a href="{{ link(person=row.person, view="") }}">{{ safe(row.name) }}</a></td>
{{ worked(w.day, row.day) }}{{ worked(w.week, row.week) }}{{ worked(w.month, row.month) }}</tr>{% endfor %}
</tbody></table></section>{% endif %}
{% endif %}<p class="soft">{{ w.real_told }} {{ w.logged }} {{ w.refresh }}</p></main></html>"""
)
BOARD = (
    HEAD
    + BAR
    + """<section><h2>{{ w.leaderboard }} <span class="soft">{{ period }}</span></h2>
<nav>{% for name in ("day", "week", "month") %}
<a href="{{ link(span=name) }}" {% if span == name %}aria-current="page"{% endif %}>{{ w[name] }}</a>
{% endfor %}</nav><p class="soft">{{ w.board_told }}</p>
{% if why_not %}<p role="alert">{{ why_not }}</p>{% elif not ranked %}<p>{{ w.nobody }}</p>{% else %}
<table class="stacks"><thead><tr><th class="n">{{ w.place }}<th>{{ w.person }}<th class="n">{{ w.worked }}<th class="n">{{ w.productive }}
<th class="n">{{ w.unproductive }}</tr></thead><tbody>{% for row in ranked %}<tr id="person-{{ row.person }}">
<td class="n place">{{ say.count(loop.index) if row.productive is not none else "–" }}</td>
<td class="who"><a href="{{ link(person=row.person, view="") }}">{{ safe(row.name) }}</a></td>
<td class="n" data-label="{{ w.worked }}"><data value="{{ row.engaged }}">{{ say.duration(row.engaged) }}</data></td>
<td class="n" data-label="{{ w.productive }}">{{ say.share(row.productive) }}</td>
<td class="n" data-label="{{ w.unproductive }}">{{ say.share(row.unproductive) }}</td></tr>{% endfor %}</tbody></table>{% endif %}</section>
<p class="soft">{{ w.logged }} {{ w.refresh }}</p></main></html>"""
)
