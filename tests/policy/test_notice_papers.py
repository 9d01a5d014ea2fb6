"""The papers about the recording say what the configuration says: a changed setting changes the text."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any, get_args

import msgspec
import pytest

from policy import notice, works_council
from policy.notice.assessment import impact_assessment, open_points
from policy.notice.kinds import KINDS
from policy.notice.live import Live, Protection
from policy.notice.measures import MEASURES
from policy.notice.paper import Paper
from policy.notice.processing import record_of_processing
from policy.notice.usage_policy import LAWS, Words, hours_in_words, usage_policy
from policy.retention import Profile, Retention
from policy.summaries import ClientRule, Denied, Organisation, ReportChoices
from policy.worktime import WorkHours

SCRIPTS = {"en": r"[A-Za-z]", "hi": r"[\u0900-\u097f]", "bn": r"[\u0980-\u09ff]"}
NIGHT = WorkHours("Asia/Kolkata", [[(540, 1080)]] * 5 + [[(1320, 1800)], []])


def live(**choices: Any) -> Live:
    surroundings = {name: choices.pop(name) for name in list(choices) if name in Live.__struct_fields__}
    ours = Organisation(name="Meridian", zone="Asia/Kolkata", **choices)
    return Live(ours, 1_763_629_200_000, "2026-11-21", "0.1.0", notice.VERSION, **surroundings)


def said(paper: Paper) -> str:
    return "\n".join(paper.texts())


CHANGES: dict[str, dict[str, Any]] = {
    "a filed assessment": {"dpia": "DPIA 7 of May"},
    "titles": {"titles": "full"},
    "no titles": {"titles": "off"},
    "no network": {"network_every": 0.0},
    "folders": {"folders": ["S:\\Clients"]},
    "pictures": {"capture_every": 600.0, "capture_teams": [1], "captured": ("Accounts",)},
    "clips": {"clip_seconds": 20, "capture_teams": [1], "captured": ("Accounts",)},
    "hours only": {"work_hours_only": True},
    "a period": {"retention": Retention(files=400)},
    "the profile": {"profile": "india"},
    "two laws": {"profile": "india_eu"},
    "an app": {"denied": [Denied("app", "utorrent.exe")]},
    "a site": {"denied": [Denied("site", "betting.example")]},
    "a watched path": {"watched_paths": ["S:\\Board\\**"]},
    "small groups": {"ask_below": 8},
    "one person": {"ask_for_person": True},
    "a contact": {"reports": ReportChoices(contact="Priya, extension 12")},
    "mail": {"reports": ReportChoices(recipients=["a@b.example"]), "mail": True},
    "Google Drive": {"drive": True},
    "a client": {"client_rules": [ClientRule("acme", "ACME")]},
    "the council": {"works_council": "BV 2026-3"},
    "copies": {"protection": Protection(backup_folder=True, backup_days=30)},
}
ONLY_FOR_AUTHORITIES = {"a filed assessment"}


@pytest.mark.quality("P-07")
@pytest.mark.parametrize("language", notice.LANGUAGES)
@pytest.mark.parametrize("change", sorted(CHANGES.keys() - ONLY_FOR_AUTHORITIES))
def test_a_changed_setting_changes_the_policy(change: str, language: str) -> None:
    before, after = said(usage_policy(live(), language)), said(usage_policy(live(**CHANGES[change]), language))
    assert set(before.splitlines()) != set(after.splitlines())


@pytest.mark.feature("T03")
@pytest.mark.quality("P-16")
@pytest.mark.parametrize("language", notice.LANGUAGES)
def test_no_document_says_that_nothing_leaves_the_office_where_reports_go_to_google(language: str) -> None:
    told = said(usage_policy(live(drive=True), language)) + said(record_of_processing(live(drive=True)))
    assert "Google" in told
    assert not [one for one in ("there is no cloud", "कोई क्लाउड नहीं", "কোনো ক্লাউড নেই", "transfers nothing") if one in told]


@pytest.mark.quality("P-07")
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_setting_changes_the_record_of_processing(change: str) -> None:
    assert said(record_of_processing(live())) != said(record_of_processing(live(**CHANGES[change])))


@pytest.mark.quality("P-07")
def test_every_setting_is_in_the_record() -> None:
    told = said(record_of_processing(live()))
    assert [name for name in Organisation.__struct_fields__ if name not in told.splitlines()] == []


@pytest.mark.quality("P-07", "P-18")
def test_what_is_off_is_said_to_be_off_and_what_is_on_to_be_on() -> None:
    off, on = live(network_every=0.0), live(**CHANGES["pictures"] | CHANGES["folders"])
    assert "no network use: this is switched off" in said(usage_policy(off, "en"))
    assert "Switched off, and not recorded: Network use, File audit, Pictures of the screen." in said(record_of_processing(off))
    told = said(usage_policy(on, "en"))
    assert "about every 10 minutes, in these teams only: Accounts" in told
    assert "S:\\Clients" in told
    assert "Every purpose the program knows is switched on." in said(record_of_processing(on))


@pytest.mark.parametrize("language", notice.LANGUAGES)
def test_the_policy_is_written_in_its_language(language: str) -> None:
    told = said(usage_policy(live(**CHANGES["folders"] | CHANGES["the council"]), language))
    own, latin = len(re.findall(SCRIPTS[language], told)), len(re.findall(SCRIPTS["en"], told))
    assert own > 2_500
    assert language == "en" or latin < own / 12


def shape(texts: dict[str, Any]) -> dict[str, Any]:
    """The keys with what is put into each text."""
    return {
        key: shape(value) if isinstance(value, dict) else len(value) if isinstance(value, list) else sorted(re.findall(r"{\w+}", value))
        for key, value in texts.items()
    }


def test_the_languages_have_the_same_texts_with_the_same_places() -> None:
    texts = {one: tomllib.loads((files("policy.notice") / f"usage_policy.{one}.toml").read_text("utf-8")) for one in notice.LANGUAGES}
    assert shape(texts["hi"]) == shape(texts["en"]) == shape(texts["bn"])


def test_nothing_foreign_is_a_pattern() -> None:
    braces = "{0} {organisation.__class__} {x}"
    told = said(usage_policy(live(folders=[braces], denied=[Denied("site", braces)], works_council=braces), "en"))
    assert told.count(braces) == 3


def test_work_hours_are_told_in_words() -> None:
    assert hours_in_words(NIGHT, Words("en")) == "Mon–Fri 09:00–18:00; Sat 22:00–06:00 (Asia/Kolkata)"
    assert hours_in_words(WorkHours("UTC", [[]] * 7), Words("en")) == "no hours"


@pytest.mark.quality("P-18")
def test_the_draft_asks_for_what_is_missing_and_for_each_increase() -> None:
    fresh = open_points(live())
    assert any("No reference of a signed assessment" in one for one in fresh)
    least = live(
        dpia="DPIA 7",
        profile="india",
        works_council="BV 1",
        ask_below=5,
        ask_for_person=True,
        work_hours_only=True,
        reports=ReportChoices(contact="Priya"),
        protection=Protection(database_encrypted=True, backup_folder=True, backup_days=30),
    )
    assert open_points(least) == []
    assert "Recorded as: DPIA 7." in said(impact_assessment(least))
    grown = said(impact_assessment(live(**CHANGES["titles"] | CHANGES["pictures"])))
    assert grown.count("yes: say why") == 2
    assert "Pictures show what nobody meant to show" in grown
    assert said(impact_assessment(live())).count("yes: say why") == 0


def test_a_shorter_period_than_the_profile_asks_is_shown_in_both() -> None:
    short = live(profile="india", retention=Retention(audit=30))
    assert "Conflict: audit are kept 30 days" in said(record_of_processing(short))
    assert any("audit are kept 30 days" in one for one in open_points(short))


def test_a_profile_of_two_laws_names_both() -> None:
    both = said(usage_policy(live(profile="india_eu"), "en"))
    assert "Data Protection Board of India" in both
    assert "Art. 6(1)(f) of the GDPR" in both
    assert "your data protection authority" in both
    assert set(get_args(Profile)) - LAWS.keys() == {"none", "custom"}


def test_every_period_of_retention_belongs_to_a_kind_that_is_told() -> None:
    assert {kind.period for kind in KINDS if kind.period} == set(Retention.__struct_fields__)


def test_every_measure_names_tests() -> None:
    assert all(measure.tests for measure in MEASURES)


@pytest.mark.quality("P-19")
def test_an_agreement_locks_each_of_its_settings() -> None:
    good = {"capture_every": 0.0, "titles": "redacted", "work_hours_only": True, "ask_below": 5, "ask_for_person": True}
    kept = Organisation(works_council="BV 1", **good)  # type: ignore[arg-type]
    assert works_council.broken(kept) == []
    wider = {"capture_every": 600.0, "titles": "full", "work_hours_only": False, "ask_below": 4, "ask_for_person": False}
    assert set(wider) == {lock.setting for lock in works_council.LOCKS if lock.setting}
    for name, value in wider.items():
        assert [lock.setting for lock in works_council.broken(msgspec.structs.replace(kept, **{name: value}))] == [name]
    assert works_council.broken(msgspec.structs.replace(kept, works_council="", **wider)) == []
    assert not works_council.may_rank(kept)
    assert works_council.may_rank(Organisation())
