"""A hand-written stand-in for the administration's routes: it answers by name and remembers what was changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from policy.categories import Category
from policy.purposes import Basis, Purpose
from policy.roles import Role
from policy.summaries import (
    AccountEntry,
    Amount,
    AuditLog,
    AuditRow,
    BackupFailure,
    BackupFile,
    Backups,
    BackupState,
    BackupTrial,
    BackupTrouble,
    Case,
    CaseEntry,
    CaseLink,
    CaseNote,
    Cases,
    Categories,
    Changed,
    ClipAsked,
    Clips,
    ClipState,
    CodeEntry,
    CodeMade,
    Codes,
    Delivery,
    Devices,
    Erasure,
    ErasurePreview,
    Erasures,
    ErasureState,
    EvidenceAsked,
    EvidencePack,
    EvidencePacks,
    FileFilters,
    Made,
    Matched,
    Measure,
    MeasureKind,
    Measures,
    Moved,
    NoticeAnswer,
    NoticeDocuments,
    Notices,
    Obstacle,
    Office,
    Organisation,
    Override,
    Person,
    PersonEntry,
    PersonRequest,
    PersonRequests,
    PurposeStanding,
    ReportAsked,
    ReportDelivery,
    ReportFile,
    ReportFiles,
    ReportScope,
    RequestKind,
    RequestState,
    Rhythm,
    RuleChange,
    RuleEffect,
    Rules,
    RuleSaved,
    Settings,
    SignInReply,
    TeamEntry,
    Unlocked,
    UserEntry,
    UserMade,
    Users,
    WatchList,
    WatchLists,
)
from policy.worktime import WorkHours
from tests.console import fakes

DAY_MS = 86_400_000
DAY_WEEK = [*[[(9 * 60, 13 * 60), (14 * 60, 18 * 60)]] * 5, [(9 * 60, 13 * 60)], []]
HOURS = WorkHours("Asia/Kolkata", DAY_WEEK)
ORGANISATION = Organisation(name="Kaveri Textiles Pvt Ltd", zone=fakes.ZONE, hours=HOURS, folders=["S:\\Clients", "D:\\Scans"], revision=7)


def at(hour: int, minute: int = 0) -> int:
    """An instant of the day of the fakes."""
    return fakes.instant(fakes.TODAY, hour, minute)


def rules() -> Rules:
    """A rule book with a few overrides."""
    overrides = [
        Override(None, "app", "tally.exe", Category.PRODUCTIVE),
        Override(3, "site", "github.com", Category.PRODUCTIVE),
        Override(2, "site", "youtube.com", Category.NEUTRAL),
        Override(None, "app", "spotify.exe", Category.UNPRODUCTIVE),
    ]
    changes = [
        RuleChange(4, at(11), "meera", 3, "site", "github.com", None, Category.PRODUCTIVE, False, True),
        RuleChange(3, at(10), "owner", None, "app", "spotify.exe", Category.NEUTRAL, Category.UNPRODUCTIVE, True, False),
    ]
    return Rules(dict.fromkeys(Category, 60), dict.fromkeys(Category, 900), overrides, changes)


def devices() -> Devices:
    """A small fleet: one in order, one that lost events, one silent, one whose sums do not agree."""

    def one(number: int, **others: Any) -> Delivery:
        usual: dict[str, Any] = {
            "device": f"d{number}", "hostname": f"ACC-PC-{number:02}", "team": 1, "agent_version": "0.1.0", "enrolled": at(8),
            "seen": at(14), "revoked": False, "clock_offset_ms": 240, "recorded": 91_204, "stored": 91_190, "quarantined": 0,
            "lost": 0, "buffered": 14, "unrecorded": 0, "duplicates": 3, "refused": {},
        }  # fmt: skip
        return msgspec.convert(usual | others, Delivery)

    return Devices(
        at(14),
        [
            one(1),
            one(2, stored=91_170, quarantined=14, lost=6, refused={"disk_full": 6, "malformed": 14}),
            one(3, seen=None, recorded=0, stored=0, buffered=0, clock_offset_ms=None),
            one(4, stored=90_000, clock_offset_ms=-312_000),
        ],
    )


def office() -> Office:
    """Twelve people in three teams; the last account is nobody's yet."""
    people = []
    for one in fakes.PEOPLE:
        new = one.id == 12
        account = AccountEntry(
            one.id, f"KAVERI\\user{one.id}", one.id, [f"ACC-PC-{one.id:02}"], at(9), "acknowledged" if not new else None, new
        )
        hours = HOURS if one.id == 9 else None
        people.append(
            PersonEntry(one.id, one.name, one.team, "Asia/Dhaka" if one.id == 6 else None, hours, at(8), one.id != 8, 3, [account])
        )
    teams = [TeamEntry(one.id, one.name, 4, ["meera"] if one.id == 1 else [], 2) for one in fakes.TEAMS]
    return Office(people, teams, fakes.ZONE, HOURS)


def codes() -> Codes:
    """A good one, a used-up one, a revoked one."""
    later = at(9) + 86_400_000_000
    return Codes(
        [
            CodeEntry(3, 2, None, 4, 5, at(13), "ivan", later, False),
            CodeEntry(2, None, 4, 0, 1, at(11), "owner", later, False),
            CodeEntry(1, None, None, 1, 1, at(9), "owner", later, True),
        ]
    )


def users() -> Users:
    """One of each role."""
    return Users(
        [
            UserEntry(1, "owner", Role.OWNER, [], None, False, False, 1, at(14), 1),
            UserEntry(2, "meera", Role.MANAGER, [1, 3], 10, False, False, 1, at(13), 4),
            UserEntry(3, "clara", Role.COMPLIANCE, [], None, False, True, 0, None, 1),
            UserEntry(4, "ivan", Role.IT, [], None, True, False, 0, at(9), 2),
        ]
    )


def notices() -> Notices:
    """Answers in three languages and one that is missing."""
    languages = ("en", "hi", "bn")
    answers = [
        NoticeAnswer(f"KAVERI\\user{one.id}", one.id, "acknowledged", "2026-11", languages[one.id % 3], at(9, one.id))
        for one in fakes.PEOPLE[:-1]
    ]
    answers.append(NoticeAnswer("KAVERI\\user12", 12, None, None, None, None))
    standing = [
        PurposeStanding(one, Basis.CONSENT if one is Purpose.SCREENSHOTS else Basis.EMPLOYMENT, 12 - place, place, 3 * place)
        for place, one in enumerate(Purpose)
    ]
    return Notices(
        ["2026-11"], {"en": "What WorkPulse records", "hi": "WorkPulse क्या दर्ज करता है", "bn": "WorkPulse কী নথিভুক্ত করে"}, answers, standing
    )


def audit() -> AuditLog:
    """A page of entries, with more behind it."""
    rows = [
        AuditRow(9, at(14), "meera", "looked at overview", "person 2", "from 2025-11-14 to 2025-11-20", "10.0.0.7", None, None, None),
        AuditRow(8, at(13), "owner", "changed person", "person 9", None, "10.0.0.2", None, '{"team":1}', '{"team":3}'),
        AuditRow(7, at(12), "clara", "searched files", None, "path=S:\\Clients", "10.0.0.9", "case 12", None, None),
    ]
    return AuditLog(rows, "7", 9, "9:" + "ab" * 32, at(12))


def reports() -> ReportFiles:
    """A revision after late data that did not go out, a report of a team, one that is being made, one that could not be."""
    monday = fakes.TODAY - timedelta(days=fakes.TODAY.weekday() + 7)

    def one(number: int, scope: ReportScope, **others: Any) -> ReportFile:
        usual: dict[str, Any] = {
            "id": number, "rhythm": Rhythm.WEEK, "first": monday, "last": monday + timedelta(days=6), "scope": scope, "revision": 1,
            "language": "en", "state": "made", "by": "server", "asked": at(6), "made": at(6, 1), "changed": 0,
            "pdf_sha256": "ab" * 32, "xlsx_sha256": "cd" * 32, "deliveries": [],
        }  # fmt: skip
        return ReportFile(**(usual | others))

    company = ReportScope("company", None, "Kaveri Textiles Pvt Ltd")
    failed = ReportDelivery("mail", "failed", at(9), "the mail server refused 2 of the addresses")
    return ReportFiles(
        [
            one(4, company, revision=2, changed=3, deliveries=[failed, ReportDelivery("folder", "sent", at(6), None)]),
            one(3, ReportScope("team", 2, "Sales")),
            one(2, ReportScope("person", 5, "Rahul Verma"), rhythm=Rhythm.MONTH, state="wanted", by="owner", made=None),
            one(1, company, rhythm=Rhythm.DAY, state="failed", made=None),
        ],
        mail=True,
        folder=True,
        recipients=2,
    )


def requests() -> PersonRequests:
    """A contest that waits, a grievance that is late, a correction that was answered."""
    ananya, _rahul, priyanka, *_others = fakes.PEOPLE
    recorded = {"active": 14_400, "idle": 5_400, "meeting": 3_600}
    return PersonRequests(
        [
            PersonRequest(
                3,
                ananya,
                RequestKind.CONTEST,
                "I was at the bank for the firm, with <b>no PC</b>.",
                at(11),
                at(11) + 30 * DAY_MS,
                RequestState.OPEN,
                at(10),
                at(10, 45),
                recorded,
            ),
            PersonRequest(
                2,
                priyanka,
                RequestKind.GRIEVANCE,
                "=The notice hangs where nobody reads it.",
                at(9) - 40 * DAY_MS,
                at(9) - 10 * DAY_MS,
                RequestState.OPEN,
            ),
            PersonRequest(
                1,
                ananya,
                RequestKind.CORRECTION,
                "Tally is work.",
                at(8) - 5 * DAY_MS,
                at(8) + 25 * DAY_MS,
                RequestState.ACCEPTED,
                answer="You are right, the rule is changed.",
                actor="meera",
                decided=at(9) - 4 * DAY_MS,
            ),
        ],
        open=2,
        late=1,
    )


FILTERS = FileFilters(fakes.TODAY - timedelta(days=6), fakes.TODAY, team=1, path="S:\\Clients\\**", action="deleted")


def packs() -> EvidencePacks:
    """One that can be saved, one that is being made, one that could not be."""
    return EvidencePacks(
        [
            EvidencePack(3, FILTERS, "Asked by the auditor", "clara", at(13), "making", "en"),
            EvidencePack(2, FILTERS, "=Files of <b>Meridian</b>", "clara", at(12), "made", "en", 1, at(12, 1), 1_204,
                         [1, 3], 90_000, "ab" * 32, "evidence-2.zip"),
            EvidencePack(1, FileFilters(fakes.TODAY, fakes.TODAY, person=3), "A test", "olga", at(9), "failed", "hi"),
        ],
        "cd" * 32,
    )  # fmt: skip


def cases() -> Cases:
    """An open case and a closed one."""
    return Cases(
        [
            CaseEntry(1, "Deleted drafts of Meridian", "A client asks where their drafts are", "open", "clara", at(9), None, 2, 2, 4),
            CaseEntry(2, "A lost laptop", "Which files were on it", "closed", "olga", at(8), at(10), 0, 0, 2),
        ]
    )


def case() -> Case:
    """All of the open case."""
    notes = [CaseNote(1, at(10), "clara", "Priyanka says: a <b>clean-up</b>."), CaseNote(2, at(11), "olga", "The backup has them.")]
    links = [CaseLink(1, at(10), "clara", "pack", pack=2), CaseLink(2, at(10), "clara", "files", files=FILTERS)]
    return Case(cases().cases[0], notes, links)


def watch_lists() -> WatchLists:
    """One of each kind, and a path of the settings."""
    return WatchLists(
        [
            WatchList(1, "Personnel", "confidential", ["S:\\HR\\**", "*.payroll.xlsx"], "clara", at(9), 3),
            WatchList(2, "USB sticks", "removable", ["E:\\**"], "olga", at(8), 1),
        ],
        ["S:\\Board\\**"],
    )


def documents() -> NoticeDocuments:
    """What can be made, and what waits."""
    files = ["it-usage-policy-en.pdf", "it-usage-policy-hi.docx", "record-of-processing.pdf", "impact-assessment.docx"]
    return NoticeDocuments(files, ["Nobody is named for data protection.", "Titles are kept in full."], "Cabinet 3")


def measures() -> Measures:
    """A hold on Ananya's record, and a restriction of somebody whom no view shows any more."""
    hidden = Person(77, "Zubin Mehta", None)
    return Measures(
        [
            Measure(1, MeasureKind.HOLD, fakes.PEOPLE[0], "Case <b>12</b> at the court", "clara", at(9), None, True),
            Measure(2, MeasureKind.RESTRICTION, hidden, "He objects", "olga", at(10), at(10) + 30 * DAY_MS, True),
        ]
    )


def erasure_ahead(*obstacles: Obstacle) -> ErasurePreview:
    """What erasing Rahul would take."""
    amounts = [Amount("span", "what his PCs said", 48_211), Amount("account", "accounts", 1), Amount("capture", "pictures", 0)]
    return ErasurePreview(fakes.PEOPLE[1], amounts, list(obstacles), ["ACC-PC-02"], ["ACC-PC-01"], ["The audit log keeps a number."])


def erasures() -> Erasures:
    """One that runs and one that is finished."""
    done = Erasure(1, 40, "olga", at(8), ErasureState.DONE, 9, 9, 51_000, 3, at(9), "ab" * 32)
    return Erasures([Erasure(2, 41, "olga", at(13), ErasureState.RUNNING, 4, 9, 20_000, 0), done])


def backups() -> Backups:
    """A night that came about, after one that did not."""
    night = at(2)
    failure = BackupFailure(
        night - DAY_MS, BackupTrouble.KEY, "the key file /media/<b>stick</b>/backup.key cannot be read: No such file or directory"
    )
    newest = BackupFile("workpulse-20251119T203000Z.wpbackup", night, 62_400_000, True)
    trial = BackupTrial("workpulse-20251101T203000Z.wpbackup", night - 18 * DAY_MS, 0)
    return Backups(
        BackupState.FINE, newest, trial, failure, night + DAY_MS, None, "workpulse-copies", "backup.key", "AES-256-GCM", 2, 14, 30, 14
    )


def clips() -> Clips:
    """One that waits for the viewer, one that waits for somebody else, and one of each other state."""
    why, rahul = "A client reports card numbers read out, case 12", fakes.PEOPLE[1]

    def one(number: int, state: ClipState, **changes: Any) -> ClipAsked:
        values: dict[str, Any] = {"decided_by": None, "decided": None, "taken": None, "pictures": 0, "open": False, "asked_by": "clara"}
        values |= {"person": rahul, "reason": why, "seconds": 20, "asked": at(8, number), "until": at(8, number) + DAY_MS}
        return ClipAsked(id=number, state=state, **(values | changes))

    yes = {"decided_by": "olga", "decided": at(10)}
    return Clips(
        [
            one(7, ClipState.ASKED, open=True, person=fakes.PEOPLE[0], reason="=<b>asked</b> by \u202ethe client, case 14"),
            one(6, ClipState.ASKED, asked_by="owner"),
            one(5, ClipState.APPROVED, **yes),
            one(4, ClipState.RECORDED, taken=at(11), pictures=19, **yes),
            one(3, ClipState.REFUSED, **yes),
            one(2, ClipState.EXPIRED, **yes),
            one(1, ClipState.EXPIRED),
        ],
        30,
        [fakes.PEOPLE[0], rahul],
    )


class FakeOffice(fakes.FakeApi):
    """FakeApi with the reading and changing routes of administration; `told` is what was changed, in order."""

    def __init__(self, role: str = "owner") -> None:
        super().__init__()
        self.who = SignInReply("token", at(23), role, [1, 2, 3])
        self.told: list[tuple[str, Any]] = []
        self.refusal: Exception | None = None
        self.answers: dict[str, Callable[[], Any]] = {
            "rules": rules,
            "devices": devices,
            "settings": lambda: Settings(ORGANISATION, []),
            "people": office,
            "codes": codes,
            "users": users,
            "notices": notices,
            "audit": audit,
            "reports": reports,
            "requests": requests,
            "measures": measures,
            "people/2/erasure": erasure_ahead,
            "erasures": erasures,
            "evidence": packs,
            "cases": cases,
            "cases/1": case,
            "watch-lists": watch_lists,
            "documents": documents,
            "backups": backups,
            "clips": clips,
        }
        self.replies: dict[str, Callable[[Any], Any]] = {
            "people": lambda wish: Changed(wish.revision + 1) if hasattr(wish, "revision") else Made(13),
            "teams": lambda wish: Changed(wish.revision + 1) if hasattr(wish, "revision") else Made(4),
            "users": lambda wish: Changed(wish.revision + 1) if hasattr(wish, "revision") else UserMade(5, "/set-password?key=abc", at(23)),
            "users/password": lambda wish: UserMade(wish.user, "/set-password?key=abc", at(23)),
            "codes": lambda _wish: CodeMade(4, "ABCD-EFGH-JKLM", at(23)),
            "devices": lambda wish: Changed(wish.revision + 1),
            "rules": lambda _wish: RuleSaved(5),
            "reports": lambda _wish: ReportAsked(9),
            "rules/undo": lambda wish: RuleSaved(wish.change),
            "rules/preview": lambda _wish: effect(),
            "measures": lambda _wish: Made(3),
            "erasures": lambda _wish: Made(3),
            "evidence": lambda _wish: EvidenceAsked(4),
            "cases": lambda wish: Changed(wish.revision + 1) if hasattr(wish, "revision") else Made(3),
            "cases/notes": lambda _wish: Made(3),
            "cases/links": lambda _wish: Made(4),
            "clips": lambda _wish: Made(8),
            "watch-lists": lambda wish: Changed(wish.revision + 1) if hasattr(wish, "revision") else Made(3),
            "unlock": lambda _wish: Unlocked(at(15, 2)),
            "settings": lambda wish: Settings(msgspec.structs.replace(ORGANISATION, revision=wish.revision + 1), []),
        }

    def devices(self) -> Devices:
        """The fleet."""
        return self.ask("devices", Devices)

    def ask(self, route: str, kind: type, asked: Mapping[str, str] | None = None) -> Any:
        """Answer a reading route."""
        self.asked.append((route, *sorted((asked or {}).items())))
        if self.fault is not None:
            raise self.fault
        value = self.answers[route.split("?")[0]]()
        assert isinstance(value, kind)
        return value

    def tell(self, route: str, body: Any, kind: type) -> Any:
        """Answer a changing route as the wire would have it: encoded and decoded."""
        name = route.split("?")[0]
        self.told.append((name, body))
        if self.refusal is not None:
            raise self.refusal
        return msgspec.convert(msgspec.to_builtins(self.replies[name](body)), kind)

    alter = tell

    def read(self, route: str) -> bytes:
        """Answer with a file."""
        self.asked.append((route,))
        if self.fault is not None:
            raise self.fault
        return f"%PDF {route}".encode()

    def order(self, route: str, body: Any) -> None:
        """Take an order that answers nothing."""
        self.told.append((route, body))
        if self.refusal is not None:
            raise self.refusal


def effect() -> RuleEffect:
    """What a rule would move."""
    period = fakes.period(fakes.TODAY, fakes.TODAY)
    before, after = Categories(60_000, 20_000, 5_000, 8_800), Categories(68_800, 11_200, 5_000, 0)
    moved = [Moved(Category.NEUTRAL, Category.PRODUCTIVE, False, 8_800)]
    matches = [Matched("ledgerpro.exe", None, "LedgerPro 2019", Category.NEUTRAL, Category.PRODUCTIVE, 8_800, 4)]
    return RuleEffect(period, before, after, moved, matches, 0)
