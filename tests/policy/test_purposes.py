"""What each event is recorded for, and what of it may be kept when somebody says no to a purpose."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy import events, notice
from policy.notice.purposes import BASES, PURPOSES
from policy.purposes import Answer, Bases, Basis, Purpose, is_current, permitted, purpose_of
from policy.summaries import Organisation
from policy.wire import AgentPolicy
from tests.events import activity, file, network, session

WITHHELD = st.frozensets(st.sampled_from(Purpose))


@pytest.mark.quality("P-02")
def test_every_kind_that_needs_a_notice_serves_exactly_one_purpose() -> None:
    assert set(events.NEEDS_NOTICE) <= set(get_args(events.Event))
    made = [activity(), network(), file(), events.Capture(events.EARLIEST_MS, "ada", "0" * 64, "image/png", 1, 1, 1, "policy")]
    assert {type(one) for one in made} == set(events.NEEDS_NOTICE)
    assert [purpose_of(one) for one in made] == [Purpose.ACTIVITY, Purpose.NETWORK, Purpose.FILES, Purpose.SCREENSHOTS]
    assert [purpose_of(session(0, change)) for change in ("working", "lock")] == [Purpose.ACTIVITY, None]


@given(WITHHELD)
def test_nothing_of_a_withheld_purpose_is_left_and_nothing_else_is_touched(withheld: frozenset[Purpose]) -> None:
    span = activity(site="example.com", title="Example")
    kept = permitted(span, withheld)
    if Purpose.ACTIVITY in withheld:
        assert kept is None
    else:
        assert isinstance(kept, events.Activity)
        assert ((kept.site, kept.title) == (None, None)) == (Purpose.SITES in withheld)
        assert msgspec.structs.replace(kept, site=span.site, title=span.title) == span
    for event in (file(), network(), session(0, "lock")):
        assert permitted(event, withheld) == (None if purpose_of(event) in withheld else event)


@pytest.mark.quality("P-08")
@pytest.mark.parametrize(
    ("purpose", "basis", "answer", "current"),
    [
        (Purpose.ACTIVITY, Basis.EMPLOYMENT, None, True),
        (Purpose.ACTIVITY, Basis.EMPLOYMENT, Answer.WITHDRAWN, False),
        (Purpose.ACTIVITY, Basis.CONSENT, None, False),
        (Purpose.ACTIVITY, Basis.CONSENT, Answer.TOLD, False),
        (Purpose.ACTIVITY, Basis.CONSENT, Answer.CONSENTED, True),
        (Purpose.ACTIVITY, Basis.CONSENT, Answer.LAPSED, False),
        (Purpose.FILES, Basis.LEGAL_OBLIGATION, Answer.WITHDRAWN, True),
        (Purpose.SCREENSHOTS, Basis.EMPLOYMENT, None, False),
        (Purpose.SCREENSHOTS, Basis.EMPLOYMENT, Answer.TOLD, True),
        (Purpose.SCREENSHOTS, Basis.CONSENT, Answer.TOLD, False),
    ],
)
def test_what_counts_as_a_current_record(purpose: Purpose, basis: Basis, answer: Answer | None, *, current: bool) -> None:
    assert is_current(purpose, basis, answer) is current


@pytest.mark.quality("P-08")
def test_pictures_rest_on_consent_unless_somebody_says_otherwise() -> None:
    assert [one for one in Purpose if Bases().of(one) is Basis.CONSENT] == [Purpose.SCREENSHOTS]


@pytest.mark.quality("P-08")
def test_where_consent_is_hardly_free_it_needs_a_reason_in_writing() -> None:
    document = {"profile": "eu", "bases": {"activity": "consent"}}
    with pytest.raises(msgspec.ValidationError, match="consent alone is no basis for activity"):
        msgspec.convert(document, Organisation)
    noted = msgspec.convert(document | {"consent_note": "agreed with the works council"}, Organisation)
    assert noted.bases.of(Purpose.ACTIVITY) is Basis.CONSENT
    assert msgspec.convert({"profile": "eu", "bases": {"wellbeing": "consent"}}, Organisation)


def test_a_program_that_does_not_know_the_word_still_reads_a_policy_that_withholds_nothing() -> None:
    plain = AgentPolicy(revision=1, notice=notice.VERSION, capture_every=600, folders=["C:\\Clients"])
    assert b"withheld" not in msgspec.json.encode(plain)
    held = msgspec.structs.replace(plain, withheld=[Purpose.SCREENSHOTS, Purpose.FILES])
    assert msgspec.json.decode(msgspec.json.encode(held), type=AgentPolicy) == held
    obeyed = held.obeyed()
    assert (obeyed.capture_every, obeyed.folders, obeyed.network_every) == (0, [], plain.network_every)
    assert plain.obeyed() == plain


def test_every_purpose_and_basis_has_words_in_every_language() -> None:
    assert set(PURPOSES) == set(Purpose)
    assert set(BASES) == set(Basis)
    for said in (*PURPOSES.values(), *BASES.values()):
        assert set(said) == set(notice.LANGUAGES)
        assert len({str(one) for one in said.values()}) == len(notice.LANGUAGES)
