"""The markup of a person's own page; Jinja escapes every value, and the figures' seconds stand beside what is read."""

HEAD = """<!doctype html>
<html lang="{{ language }}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
{% if refresh %}<meta http-equiv="refresh" content="30">{% endif %}<title>WorkPulse · {{ w.title }}</title><style>{{ style }}</style>
<header><h1>{{ name }}</h1><nav>{% for code, called in languages.items() %}{% if code != language %}
<a href="?lang={{ code }}" lang="{{ code }}">{{ called }}</a>{% endif %}{% endfor %}</nav></header><main>
{% macro value(seconds) %}<data value="{{ seconds }}">{{ say.duration(seconds) }}</data>{% endmacro %}
{% macro button(action, label) %}<form method="post" action="{{ action }}?lang={{ language }}">
<input type="hidden" name="form_key" value="{{ key }}">
<button>{{ label }}</button></form>{% endmacro %}
"""
FIGURES = """
{% macro figures(id, title, told) %}<section id="{{ id }}">
<h2>{{ title }} <span class="soft">{{ say.span(told.first, told.last) }}</span></h2>
<p class="big">{{ value(told.engaged) }} <span class="soft">{{ engaged_word }}</span></p>
<dl>{% for name, word, seconds in told.parts %}<div><dt>{{ word }}</dt><dd id="{{ id }}-{{ name }}">{{ value(seconds) }}</dd>
</div>{% endfor %}</dl>
<dl>{% for name, word, seconds in told.categories %}<div><dt>{{ word }}</dt><dd id="{{ id }}-{{ name }}">{{ value(seconds) }}</dd>
</div>{% endfor %}
<div><dt>{{ coverage_word }}</dt><dd>{{ say.share(told.coverage) }}</dd></div></dl>
{% if told.apps %}<h3>{{ w.apps }}</h3><table>{% for app in told.apps %}<tr><td>{{ app.name }}</td>
<td>{{ app.category }}</td><td class="n">{{ value(app.engaged) }}</td></tr>{% endfor %}</table>{% endif %}</section>{% endmacro %}
"""
HOME = (
    HEAD
    + FIGURES
    + """
<nav><a href="/me/ask?lang={{ language }}">{{ w.ask }}</a><a href="/me/notice?lang={{ language }}">{{ w.notice }}</a>
<a href="#looks">{{ w.looks }}</a><a href="/me/pictures?lang={{ language }}">{{ w.pictures }}</a>
<a href="/me/copy?lang={{ language }}">{{ w.take_copy }}</a></nav>
<p class="soft">{{ w.same }} {{ w.refresh }}</p>
<form method="get" action="/me"><input type="hidden" name="lang" value="{{ language }}"><label for="chosen">{{ w.day }}</label>
<input id="chosen" type="date" name="day" value="{{ day.first }}"> <button>{{ w.show }}</button></form><br>
{{ figures("day", w.today, day) }}{{ figures("week", w.week, week) }}
<section><h2>{{ w.found }}</h2>{% for one in found %}<p>{{ one }}</p>{% else %}<p>{{ w.nothing }}</p>{% endfor %}</section>
<section id="looks"><h2>{{ w.looks }}</h2>{% if looks %}<table><tr><th>{{ w.when }}<th>{{ w.who }}<th>{{ w.what }}<th>{{ w.why }}</tr>
{% for look in looks %}<tr><td>{{ say.moment(look.at) }}</td><td>{{ look.who }}</td><td>{{ look.what }} · {{ look.detail }}</td>
<td>{{ look.reason or "–" }}</td></tr>{% endfor %}</table>{% else %}<p>{{ w.nothing }}</p>{% endif %}
{% if truncated %}<p class="soft">{{ w.older }}: {{ say.count(truncated) }}</p>{% endif %}</section>
<section id="requests"><h2>{{ w.requests }}</h2>{% for one in requests %}<h3>{{ w[one.kind] }} · {{ w[one.state] }}</h3>
<p>{% if one.start %}{{ say.moment(one.start) }} – {{ say.clock(one.end) }}: {% endif %}{{ one.text }}</p>
{% if one.recorded %}<p class="soft">{{ w.recorded }}: {% for name, seconds in one.recorded.items() if seconds %}{{ presence[name] }}
{{ say.duration(seconds) }}{{ "" if loop.last else ", " }}{% endfor %}</p>{% endif %}
<p class="soft">{{ say.moment(one.at) }}{% if one.answer %} → {{ one.actor }}: {{ one.answer }}{% else %}
· {{ w.due }} {{ say.moment(one.due) }}{% endif %}</p>
{% else %}<p>{{ w.nothing }}</p>{% endfor %}</section>
{{ button("/me/leave", w.leave) }}</main></html>"""
)
ASK = (
    HEAD
    + """<nav><a href="/me?lang={{ language }}">{{ w.back }}</a></nav>
{% if fault %}<section class="said" role="alert">{{ fault }}</section>{% endif %}
<section><h2>{{ w.contest }}</h2><p class="soft">{{ w.contest_told }}</p><form method="post" action="/me/ask?lang={{ language }}">
<input type="hidden" name="form_key" value="{{ key }}"><input type="hidden" name="kind" value="contest"><div class="row">
<div><label for="day">{{ w.day }}</label><input id="day" name="day" type="date" required value="{{ given.day }}"></div>
<div><label for="start">{{ w.from }}</label><input id="start" name="start" type="time" required value="{{ given.start }}"></div>
<div><label for="end">{{ w.to }}</label><input id="end" name="end" type="time" required value="{{ given.end }}"></div></div>
<label for="said">{{ w.text }}</label><textarea id="said" name="text" rows="3" required maxlength="2000">{{ given.text }}</textarea>
<button>{{ w.send }}</button></form></section>
<section><h2>{{ w.other }}</h2><p><a href="/me/copy?lang={{ language }}">{{ w.copy_now }}</a></p>
<form method="post" action="/me/ask?lang={{ language }}">
<input type="hidden" name="form_key" value="{{ key }}">
<label for="kind">{{ w.what }}</label>
<select id="kind" name="kind">{% for kind in kinds %}<option value="{{ kind }}">{{ w[kind] }}</option>{% endfor %}</select>
<label for="words">{{ w.text }}</label><textarea id="words" name="text" rows="3" required maxlength="2000"></textarea>
<button>{{ w.send }}</button></form></section>
<section><h2>{{ w.withdraw }}</h2><p><a href="/me/notice?lang={{ language }}#purposes">{{ w.withdraw_one }}</a></p>
<p>{{ w.withdraw_told }}</p>{{ button("/me/withdraw", w.withdraw_all) }}</section></main></html>"""
)
NOTICE = (
    HEAD
    + """<nav><a href="/me?lang={{ language }}">{{ w.back }}</a></nav>
<section id="purposes"><h2>{{ w.purposes }}</h2><p class="soft">{{ w.purposes_told }}</p>{% for one in purposes %}
<div class="purpose" id="purpose-{{ one.key }}"><h3>{{ one.name }} <span class="soft">{{ one.state }}</span></h3>
<p>{{ one.what }}</p>
<p class="soft">{{ w.basis }}: {{ one.basis }}{% if one.at %} · {{ w.answered }} {{ say.moment(one.at) }}{% endif %}</p>
{% if one.offer %}<form method="post" action="/me/purpose?lang={{ language }}"><input type="hidden" name="form_key" value="{{ key }}">
<input type="hidden" name="purpose" value="{{ one.key }}">
<button class="quiet" name="answer" value="{{ one.offer }}">{{ w[one.offer ~ "_this"] }}</button></form>{% endif %}</div>{% endfor %}
<h3>{{ w.everything }}</h3><p>{{ w.withdraw_told }}</p>{{ button("/me/withdraw", w.withdraw_all) }}</section>
<section id="changes"><h2>{{ w.changes }}</h2>{% for one in changes %}
<p>{{ say.moment(one.at) }}: {{ w["change_" ~ one.name] }} –
{{ w.more if one.more else w.other_than if one.more is none else w.less }}</p>{% else %}<p>{{ w.nothing }}</p>{% endfor %}</section>
<section><h2>{{ w.answers }}</h2>{% if answers %}<table><tr><th>{{ w.when }}<th>{{ w.version }}<th>{{ w.what }}</tr>
{% for one in answers %}<tr><td>{{ say.moment(one.at) }}</td><td>{{ one.version }} ({{ one.language }})</td>
<td>{{ w.get(one.answer, one.answer) }}</td></tr>
{% endfor %}</table>{% else %}<p>{{ w.nothing }}</p>{% endif %}</section>
<section>{% for kind, text in notice %}{% if kind == "p" %}<p>{{ text }}</p>{% elif kind == "li" %}<p>• {{ text }}</p>
{% else %}<h3>{{ text }}</h3>{% endif %}{% endfor %}</section></main></html>"""
)
PICTURES = (
    HEAD
    + """<nav><a href="/me?lang={{ language }}">{{ w.back }}</a></nav>
<section id="pictures"><h2>{{ w.pictures }}</h2><p class="soft">{{ w.pictures_told.format(days=say.count(told.kept_days)) }}</p>
{% if days %}{% if days|length > 1 %}<nav>{% for one, many in days.items() %}
{% if one == day %}<strong>{{ say.day(one) }} ({{ say.count(many) }})</strong>{% else %}
<a href="/me/pictures?lang={{ language }}&amp;day={{ one }}">{{ say.day(one) }} ({{ say.count(many) }})</a>{% endif %}{% endfor %}</nav>
{% endif %}
<h3>{{ say.day(day) }}</h3>{% if told.pictures %}
<table><tr><th>{{ w.when }}<th>{{ w.why }}<th class="n">{{ w.size }}<th></tr>
{% for one in told.pictures %}<tr><td>{{ clock(one.at) }}</td><td>{% set clip = clips.get(one.clip) %}
{% if clip %}{{ w.clip }}: {{ clip.reason }} <span class="soft">{{ w.asked_by }} {{ clip.asked_by }}, {{ w.agreed_by }}
{{ clip.approved_by }}</span>{% elif one.reason == "policy" %}{{ w.by_policy }}{% else %}{{ one.reason }}{% endif %}</td>
<td class="n">{{ one.width }}×{{ one.height }}</td>
<td>{% if one.state == "kept" %}<a href="/me/pictures/{{ one.sha256 }}?lang={{ language }}">{{ w.open_picture }}</a>
{% else %}{{ w["picture_" ~ one.state] }}{% endif %}</td></tr>{% endfor %}</table>
{% if told.next %}<p>
<a href="/me/pictures?lang={{ language }}&amp;day={{ day }}&amp;cursor={{ told.next }}">{{ w.earlier }}</a></p>{% endif %}
{% else %}<p>{{ w.nothing }}</p>{% endif %}
{% else %}<p>{{ w.no_pictures }}</p>{% endif %}</section></main></html>"""
)
LEFT = HEAD + "<section><p>{{ w.left }}</p></section></main></html>"
REFUSED = (
    HEAD
    + """<section class="said" role="alert"><h2>{{ w.closed }}</h2><p>{{ told }}</p></section>
<section><h2>{{ w.what_now }}</h2><ol><li>{{ w.step_symbol }}</li><li>{{ w.step_open }}</li><li>{{ w.step_else }}</li></ol></section>
</main></html>"""
)
