"""Messages leave once, by real protocols, and are tried again when they did not."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from identite.checks import ports_can_be_loaded
from identite.sweep import sweep
from notifications import tasks
from notifications.delivery import CLAIM_SECONDS, deliver
from notifications.models import Delivery, Message
from notifications.services import send_email, send_sms
from notifications.sms import HttpSms
from notifications.sweep import free_lost_claims, send_again, wipe_texts
from tests.verification.factories import make_verification

pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Mailbox(MessageHandler):
    def __init__(self) -> None:
        super().__init__()
        self.received: list = []

    def handle_message(self, message) -> None:
        self.received.append(message)


@pytest.fixture
def smtp(settings) -> Iterator[Mailbox]:
    """A real SMTP server on loopback."""
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    yield mailbox
    controller.stop()


def letter_mail() -> Message:
    verification = make_verification()
    return Message.objects.get(event="letter_notified", recipient=verification.applicant)


def test_a_mail_arrives_over_smtp_with_text_and_html(smtp):
    message = letter_mail()
    assert deliver(str(message.pk)) is True
    (mail,) = smtp.received
    message.refresh_from_db()
    assert message.status == Delivery.SENT
    assert mail["To"] == message.address
    assert mail["From"].startswith("AR24 ")
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = mail.get_payload()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "/courrier/ouvrir/" in text.get_payload(decode=True).decode()
    assert "’" in html.get_payload(decode=True).decode()


def test_delivered_twice_it_leaves_once(smtp):
    message = letter_mail()
    assert [deliver(str(message.pk)), deliver(str(message.pk))] == [True, True]
    assert len(smtp.received) == 1


def test_a_server_that_is_away_means_another_try_later(settings, clock):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", 9
    message = letter_mail()
    waits = []
    for _number in range(settings.MESSAGE_MAX_SENDS):
        clock.pass_(hours=1)
        before = timezone.now()
        assert deliver(str(message.pk)) is False
        message.refresh_from_db()
        if message.next_try_at is not None:
            waits.append(round((message.next_try_at - before).total_seconds()))
    assert waits == [30, 120, 480, 1920]
    assert (message.status, message.failure) == (Delivery.FAILED, "ConnectionRefusedError")
    assert deliver(str(message.pk)) is False  # given up means given up


def test_several_tasks_for_one_message_do_not_use_up_its_tries(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", 9
    message = letter_mail()
    assert [deliver(str(message.pk)) for _task in range(6)] == [False] * 6
    message.refresh_from_db()
    assert (message.status, message.sends) == (Delivery.QUEUED, 1)


def test_a_fault_of_ours_counts_as_a_try_and_its_log_names_nobody(settings, monkeypatch, caplog, clock):
    def broken(message: Message) -> None:
        raise RuntimeError(f"cannot send to {message.address}")

    monkeypatch.setattr("notifications.delivery._send_email", broken)
    message = letter_mail()
    for _number in range(settings.MESSAGE_MAX_SENDS):
        clock.pass_(hours=1)
        assert deliver(str(message.pk)) is False
    message.refresh_from_db()
    assert (message.status, message.failure, message.sends) == (
        Delivery.FAILED, "RuntimeError", settings.MESSAGE_MAX_SENDS,
    )  # fmt: skip
    assert "RuntimeError in" in caplog.text
    assert message.address not in caplog.text


def test_the_sweep_sends_a_message_whose_task_was_lost(smtp, clock, settings):
    letter_mail()
    assert send_again() == 0
    clock.pass_(seconds=settings.QUEUED_LATE_SECONDS)
    assert send_again() == 1
    assert len(smtp.received) == 1
    assert send_again() == 0


def test_however_often_the_sweep_runs_a_waiting_message_is_queued_once(settings, monkeypatch, clock):
    queued: list[str] = []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda *, kwargs: queued.append(kwargs["message_id"]))
    ids = [str(send_sms("mobile_already_used", address="+33639980001", context={}).pk) for _ in range(5)]
    for _ in range(10):
        send_again()
    assert queued == []  # their own tasks still wait
    clock.pass_(seconds=settings.QUEUED_LATE_SECONDS)
    for _ in range(10):
        send_again()
    assert sorted(queued) == sorted(ids)


def test_a_message_whose_try_failed_is_queued_when_the_next_one_is_due(provider, clock):
    message = send_sms("mobile_already_used", address="+33639980099", context={})
    assert deliver(str(message.pk)) is False
    message.refresh_from_db()
    assert message.queued_at is None
    assert send_again() == 0
    clock.stop(message.next_try_at)
    assert send_again() == 1
    message.refresh_from_db()
    assert message.status == Delivery.SENT


def test_a_claim_whose_worker_died_is_freed(smtp, clock):
    message = letter_mail()
    Message.objects.filter(pk=message.pk).update(status=Delivery.SENDING, claimed_at=timezone.now())
    assert free_lost_claims() == 0
    clock.pass_(seconds=CLAIM_SECONDS + 1)
    assert free_lost_claims() == 1
    assert deliver(str(message.pk)) is True


class WorkerDied(BaseException):
    pass


def test_a_message_that_takes_its_worker_along_is_given_up_too(settings, monkeypatch, clock):
    def dies(message: Message) -> None:
        raise WorkerDied

    monkeypatch.setattr("notifications.delivery._send_email", dies)
    message = letter_mail()
    for _number in range(settings.MESSAGE_MAX_SENDS):
        with pytest.raises(WorkerDied):
            deliver(str(message.pk))
        assert Message.objects.filter(status=Delivery.SENDING).count() == 1
        clock.pass_(seconds=CLAIM_SECONDS + 1)
        assert free_lost_claims() == 1
    message.refresh_from_db()
    assert (message.status, message.next_try_at) == (Delivery.FAILED, None)
    clock.pass_(days=settings.MESSAGE_TEXT_RETENTION_DAYS + 1)
    assert wipe_texts() == 1


def test_what_a_message_says_is_unreadable_in_the_database_and_wiped_past_its_use(smtp, settings, clock):
    message = letter_mail()
    deliver(str(message.pk))
    with connection.cursor() as cursor:
        cursor.execute("SELECT address, subject, text, html FROM notifications_message")
        (row,) = cursor.fetchall()
    assert all(message.address not in value and "courrier" not in value for value in row)
    clock.pass_(days=settings.MESSAGE_TEXT_RETENTION_DAYS + 1)
    assert wipe_texts() == 1
    message.refresh_from_db()
    assert (message.text, message.html, message.address, message.status) == ("", "", "", Delivery.SENT)
    assert message.sent_at is not None


# --- A mail provider's own interface ---


@pytest.fixture
def postmark(settings) -> Iterator[list]:
    """The interface of a provider that django-anymail speaks to, on loopback: refuses the first mail, takes the next."""
    calls: list = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            calls.append((self.path, dict(self.headers), body))
            answer = {"ErrorCode": 0, "Message": "OK", "MessageID": str(len(calls)), "To": body["To"]}
            self.send_response(503 if len(calls) == 1 else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "token",
        "POSTMARK_API_URL": f"http://127.0.0.1:{server.server_port}/",
    }
    yield calls
    server.shutdown()
    server.server_close()


def test_a_mail_leaves_by_a_providers_interface_and_is_tried_again(postmark, caplog, clock):
    message = letter_mail()
    assert deliver(str(message.pk)) is False
    message.refresh_from_db()
    assert message.status == Delivery.QUEUED
    assert message.address not in caplog.text
    clock.pass_(minutes=1)
    assert deliver(str(message.pk)) is True
    _refused, (path, headers, body) = postmark
    assert path == "/email"
    assert headers["X-Postmark-Server-Token"] == "token"
    assert body["To"] == message.address
    assert (body["Subject"], body["TextBody"], body["HtmlBody"]) == (message.subject, message.text, message.html)


def test_a_backend_that_is_not_installed_stops_the_start(settings):
    settings.EMAIL_BACKEND = "anymail.backends.nobody.EmailBackend"
    (error,) = ports_can_be_loaded(None)
    assert error.id == "identite.E004"
    assert "EMAIL_BACKEND" in error.msg
    assert "anymail" in error.hint


# --- SMS ---


@pytest.fixture
def provider(settings) -> Iterator[list]:
    """A provider's HTTP interface on loopback; answers what `answers` says, 200 when it says nothing."""
    calls: list = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            calls.append((dict(self.headers), json.loads(body)))
            self.send_response(503 if calls[0][1]["to"].endswith("99") and len(calls) == 1 else 200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_BACKEND = "notifications.sms.HttpSms"
    settings.SMS_HTTP_URL = f"http://127.0.0.1:{server.server_port}/sms"
    settings.SMS_HTTP_TOKEN = "token"  # noqa: S105
    yield calls
    server.shutdown()
    server.server_close()


def test_an_sms_reaches_the_provider(provider):
    message = send_sms("mobile_already_used", address="+33639980001", context={})
    assert deliver(str(message.pk)) is True
    ((headers, body),) = provider
    assert headers["Authorization"] == "Bearer token"
    assert body == {"to": "+33639980001", "text": message.text}


def test_a_provider_that_refuses_is_asked_again(provider, clock):
    message = send_sms("mobile_already_used", address="+33639980099", context={})
    assert deliver(str(message.pk)) is False
    message.refresh_from_db()
    assert (message.status, message.failure) == (Delivery.QUEUED, "SmsNotSent")
    clock.pass_(minutes=1)
    assert deliver(str(message.pk)) is True


@pytest.mark.parametrize("url", ["", "http://provider.example/sms", "file:///etc/passwd"])
def test_a_provider_without_encryption_is_refused(settings, url):
    settings.SMS_HTTP_URL = url
    with pytest.raises(ImproperlyConfigured):
        HttpSms()


def test_a_subject_is_one_line_and_no_html(settings):
    verification = make_verification()
    message = send_email(
        "letter_accepted",
        address="a@example.org",
        from_provider=True,
        context={"letter": verification.letter, "verification": verification, "tracking_url": "http://localhost/x"},
    )
    assert "\n" not in message.subject
    assert "&#x27;" not in message.subject + message.text
    assert "L’Identité Numérique" in message.text


def test_one_duty_that_breaks_does_not_stop_the_others(monkeypatch):
    from identite import sweep as sweeping

    def broken() -> int:
        raise RuntimeError("broken on purpose")

    monkeypatch.setitem(sweeping._DUTIES, "broken", broken)
    moved = sweep()
    assert moved["broken"] == -1
    assert moved["notifications.sweep.send_again"] == 0
    assert len(moved) > 8
