"""Files by the hundred thousand, written by the database itself: nearly all of them old and ended, the same few alive at every size.

Of a hundred files, a hundred have an account and an enrollment, fifty had a letter, twenty-five a video and a decision,
twenty-five an appointment at home.
"""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import AutoField, Model, QuerySet
from django.utils import timezone

from enrollment.models import Account, Enrollment, Registration
from identite.journal import Journal
from identite.tokens import Token
from notifications.models import Message
from verification.checks.video.replay_bands import KEPT, TABLES
from verification.models import (
    Appointment,
    Capture,
    Case,
    RecordingBand,
    RegisteredLetter,
    Slot,
    Verification,
)

WRITTEN = (
    Account, Enrollment, Registration, Verification, RegisteredLetter, Case, Capture, Slot, Appointment, Message, Journal, Token,
)  # fmt: skip
LIVING = 200  # of each situation, with the first numbers
BANDS = KEPT * TABLES
KEYS = TABLES * 2**35

# When a file began: 60 to 1,160 days ago; the living ones yesterday.
BEGAN = f"CASE WHEN n <= {LIVING} THEN now() - interval '1 day' ELSE now() - interval '60 days' - (n % 1100) * interval '1 day' END"
OLD = f"n > {LIVING}"


def key(kind: str) -> str:
    """SQL for the identifier of row n, scattered as uuid4 scatters them."""
    return f"md5('{kind}' || n)::uuid"


def grow(first: int, last: int) -> None:
    """Write the files with the numbers `first` to `last`."""
    letter, video, in_person = "n % 2 = 0", "n % 4 = 0", "n % 4 = 3"
    proven, met = "n % 8 = 0", "n % 8 = 3"
    way = f"({letter} OR {in_person})"
    _accounts(first, last)
    _messages(first, last)
    insert(
        Verification,
        first,
        last,
        where=way,
        id=key("verification"),
        applicant=key("account"),
        file=key("enrollment"),
        mode=f"CASE WHEN {in_person} THEN 'face_to_face' ELSE 'online' END",
        state=f"CASE WHEN n <= {LIVING} AND {video} THEN 'submitted' WHEN n <= {LIVING} THEN 'open'"
        f" WHEN {proven} OR {met} THEN 'proven' WHEN n % 16 = 4 THEN 'refused' WHEN {video} THEN 'approved' ELSE 'lapsed' END",
        document_kind="'cni'",
        shown_kind="'cni'",
        created_at=BEGAN,
        submitted_at=f"CASE WHEN {video} THEN {BEGAN} END",
        decided_at=f"CASE WHEN {video} AND {OLD} THEN {BEGAN} END",
    )
    insert(
        Enrollment,
        first,
        last,
        id=key("enrollment"),
        account=key("account"),
        state=f"CASE WHEN n <= {LIVING} AND {video} THEN 'under_review' WHEN n <= {LIVING} AND {way} THEN 'proving'"
        f" WHEN n <= {LIVING} THEN 'started' WHEN {proven} OR {met} THEN 'activated' WHEN {video} AND n % 16 <> 4 THEN 'approved'"
        " ELSE 'lapsed' END",
        mobile_digest=f"CASE WHEN {proven} OR {met} THEN md5('mobile' || n) ELSE '' END",
        mode=f"CASE WHEN {letter} THEN 'online' WHEN {in_person} THEN 'face_to_face' ELSE '' END",
        document_kind="'cni'",
        verification=f"CASE WHEN {way} THEN {key('verification')} END",
        created_at=BEGAN,
        expires_at=f"{BEGAN} + interval '30 days'",
        reminded_at=f"CASE WHEN {OLD} AND NOT ({video}) THEN {BEGAN} + interval '27 days' END",
    )
    insert(
        RegisteredLetter,
        first,
        last,
        where=letter,
        id=key("letter"),
        verification=key("verification"),
        number="lpad((10000000 + n)::text, 8, '0')",
        notice=key("message0"),
        state=f"CASE WHEN {OLD} AND {proven} THEN 'accepted' WHEN {OLD} AND NOT ({video}) THEN 'neglected' ELSE 'notified' END",
        created_at=BEGAN,
        notified_at=BEGAN,
        due_at=f"{BEGAN} + interval '15 days'",
        reminder_due_at=f"CASE WHEN n <= {LIVING} THEN now() + interval '4 days' END",
        identified_at=f"CASE WHEN {video} THEN {BEGAN} END",
        accepted_at=f"CASE WHEN {OLD} AND {proven} THEN {BEGAN} END",
        ended_at=f"CASE WHEN {OLD} AND (NOT ({video}) OR n % 16 = 4) THEN {BEGAN} + interval '16 days' END",
        erased_at=f"CASE WHEN {BEGAN} < now() - interval '350 days' THEN now() END",
    )
    insert(
        Case,
        first,
        last,
        where=video,
        id=key("case"),
        reference="lpad(upper(to_hex(n)), 8, '0')",
        verification=key("verification"),
        state=f"CASE WHEN n <= {LIVING} THEN 'waiting' WHEN n % 16 = 4 THEN 'refused' ELSE 'approved' END",
        outcome="CASE WHEN n % 5 = 0 THEN 'refer' ELSE 'pass' END",
        opened_at=BEGAN,
        due_at=f"{BEGAN} + interval '2 days'",
        limit_at=f"{BEGAN} + interval '3 days'",
        decided_at=f"CASE WHEN {OLD} THEN {BEGAN} + interval '1 day' END",
    )
    _captures(first, last, video)
    _appointments(first, last, in_person, met)


def _accounts(first: int, last: int) -> None:
    insert(
        Account,
        first,
        last,
        id=key("account"),
        email_digest="md5('address' || n)",  # the database seals nothing: their names and addresses stay empty
        password="'!'",  # noqa: S106 (nobody logs in with it)
        date_joined=BEGAN,
    )
    insert(
        Registration, first, last, where=f"n <= {LIVING}", id=key("registration"), expires_at="now() + interval '9 days'",
        created_at="now()",
    )  # fmt: skip


def _captures(first: int, last: int, video: str) -> None:
    for kind in ("front", "video"):
        insert(
            Capture,
            first,
            last,
            where=video,
            id=key(kind),
            verification=key("verification"),
            kind=f"'{kind}'",
            document_kind="'cni'",
            state="'accepted'",
            uploaded_at=BEGAN,
            checked_at=BEGAN,
            purged_at=f"CASE WHEN {OLD} THEN now() END",
            signature="decode(repeat(md5(n::text), 104), 'hex')" if kind == "video" else "NULL",
        )
    _run(
        f"INSERT INTO {RecordingBand._meta.db_table} (capture_id, value)"  # noqa: S608 (names of ours)
        f" SELECT {key('video')}, floor(random() * {KEYS})::bigint"
        f" FROM generate_series({first}, {last}) AS n, generate_series(1, {BANDS}) WHERE {video}"
    )


def _appointments(first: int, last: int, in_person: str, met: str) -> None:
    """The living ones stand tomorrow; of the old ones half were held, and half lapsed."""
    insert(
        Slot,
        first,
        last,
        where=in_person,
        id="n",
        commune_code="lpad(to_hex(n), 5, '0')",
        day=f"({BEGAN} + interval '2 days')::date",
        half_day="'morning'",
    )
    insert(
        Appointment,
        first,
        last,
        where=in_person,
        id=key("appointment"),
        reference="lpad(upper(to_hex(n)), 8, '0')",
        verification=key("verification"),
        state=f"CASE WHEN n <= {LIVING} THEN 'booked' WHEN {met} THEN 'held' ELSE 'lapsed' END",
        place="'home'",
        slot="n",
        person_digest="md5('person' || n)",
        booked_at=BEGAN,
        due_at=f"{BEGAN} + interval '15 days'",
        over_at=f"{BEGAN} + interval '2 days'",
        reminder_due_at=f"CASE WHEN n <= {LIVING} THEN now() + interval '4 hours' END",
        ended_at=f"CASE WHEN {OLD} THEN {BEGAN} + interval '2 days' END",
        erased_at=f"CASE WHEN {BEGAN} < now() - interval '350 days' THEN now() END",
    )


def _messages(first: int, last: int) -> None:
    for number in range(2):
        insert(
            Message,
            first,
            last,
            id=key(f"message{number}"),
            recipient=key("account"),
            channel="'email'",
            event="'letter_notified'",
            address_digest="md5('address' || n)",
            status="'sent'",
            created_at=BEGAN,
            sent_at=BEGAN,
            wiped_at=f"CASE WHEN {OLD} THEN now() END",
        )
        insert(
            Journal,
            first,
            last,
            chain=key("enrollment"),
            sequence=str(number + 1),
            at=BEGAN,
            event="'confirm'",
            subject="'enrollment.enrollment:' || n",
            actor_label="'citizen'",
            seal="md5(n::text)",
        )
    insert(
        Token, first, last, where=f"n <= {LIVING}", digest="md5('token' || n)", subject="'enrollment.account:' || n",
        created_at="now()", expires_at="now() + interval '1 hour'",
    )  # fmt: skip


def insert(model: type[Model], first: int, last: int, *, where: str = "true", **expressions: str) -> None:
    """Rows of `model` for the numbers n of first..last; fields that are not named get their default, or nothing."""
    columns: dict[str, str] = {}
    values: list[Any] = []
    for field in model._meta.concrete_fields:
        if field.name in expressions:
            columns[str(field.column)] = expressions[field.name]
        elif not isinstance(field, AutoField):
            columns[str(field.column)] = "%s"
            values.append(_empty(field))
    unknown = expressions.keys() - {field.name for field in model._meta.concrete_fields}
    if unknown:
        raise LookupError(f"{model._meta.label} has no {', '.join(unknown)}")
    chosen = ", ".join(text.replace("%", "%%") if text != "%s" else text for text in columns.values())
    _run(
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {chosen}"  # noqa: S608 (names of ours)
        f" FROM generate_series({first}, {last}) AS n WHERE {where.replace('%', '%%')}",
        values,
    )


def _empty(field: Any) -> Any:
    if field.null:
        return None
    value = field.get_default() if field.has_default() else ""
    if not field.has_default() and field.get_internal_type() == "DateTimeField":
        value = timezone.now()
    elif not field.has_default() and field.get_internal_type().endswith("IntegerField"):
        value = 0
    return field.get_db_prep_save(value, connection)


def _run(statement: str, values: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def numbered(model: type[Model], kind: str, numbers: Iterable[int]) -> QuerySet[Any]:
    """The rows with these numbers; those of the journal are their files' first ones."""
    if model is Token:
        return Token.objects.filter(digest__in=[_md5(f"token{n}").hex for n in numbers])
    keys = [_md5(f"{kind}{n}") for n in numbers]
    return model._default_manager.filter(**{"chain__in" if model is Journal else "pk__in": keys})


def _md5(text: str) -> UUID:
    return UUID(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())
