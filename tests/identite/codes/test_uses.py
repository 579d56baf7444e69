"""What holds for every one-time code, whatever it proves: the same tests run over each use."""

import hmac
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from identite import quotas
from identite.codes import one_time
from identite.codes.one_time import CodeResult, OneTimeCode
from identite.codes.use import USES, CodeNotSent
from identite.quotas import QuotaExceeded
from tests.enrollment.factories import AccountFactory
from tests.identite.codes.uses import CITIZENS, Citizen

pytestmark = pytest.mark.django_db
CLIENT = "192.0.2.1"
DELAY = timedelta(seconds=project.CODE_RESEND_DELAY_SECONDS)
TICK = timedelta(microseconds=1)
WITHOUT_ACCOUNT = {"email"}
# Asked for by one person, typed by another: tests/verification/face_to_face/test_codes.py
TYPED_BY_AN_AGENT = {"appointment"}


@pytest.fixture(params=sorted(CITIZENS))
def citizen(request, db) -> Citizen:
    return CITIZENS[request.param]()


def tries(citizen: Citizen) -> int:
    return getattr(project, f"{citizen.use.purpose.upper()}_CODE_MAX_ATTEMPTS")


def sends(citizen: Citizen) -> int:
    return project.QUOTAS[f"{citizen.use.purpose}_code_send"][0]


def stored(citizen: Citizen) -> OneTimeCode:
    return OneTimeCode.objects.get(purpose=citizen.use.purpose)


def another(citizen: Citizen) -> Any:
    """Somebody else's row with the same address, and no code."""
    row = citizen.present()
    values = {field.name: getattr(row, field.name) for field in row._meta.fields if field.name != "id"}
    if values["account"] is not None:
        values["account"] = AccountFactory()
    return type(row).objects.create(**values)


def error(page) -> str:
    return str(page.context["form"].errors["code"][0])


def test_every_use_is_tested_here():
    assert set(CITIZENS) | TYPED_BY_AN_AGENT == set(USES)
    assert {purpose for purpose, use in USES.items() if use.account is None} == WITHOUT_ACCOUNT


@pytest.mark.parametrize("write", ["{0}{1}", "{0}-{1}", " {0} {1} ", "{0}\u00a0{1}", "{0}\u2011{1}"])
def test_the_right_code_leads_on_however_it_is_spaced(citizen, write):
    code = citizen.code()
    assert citizen.type(write.format(code[:3], code[3:])).status_code == 302
    assert stored(citizen).used_at is not None


def test_a_code_is_used_once(citizen):
    code, row = citizen.code(), citizen.present()
    assert citizen.use.check(row, code, client=CLIENT) == CodeResult.RIGHT
    assert citizen.use.check(row, code, client=CLIENT) == CodeResult.NONE


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12345a", "١٢٣٤٥٦", "１２３４５６", "1" * 21])
def test_what_is_no_code_uses_no_try(citizen, typed):
    assert "6 chiffres" in error(citizen.type(typed))
    assert stored(citizen).wrong_tries == 0


def test_a_wrong_code_counts_and_the_page_says_what_is_left(citizen):
    bad = citizen.wrong()
    for left in range(tries(citizen) - 1, 0, -1):
        page = citizen.type(bad)
        assert f"Il vous reste {left} essai" in error(page)
        assertContains(citizen.browser.get(citizen.page), f"Il vous reste {left} essai")
    assert stored(citizen).wrong_tries == tries(citizen) - 1


def test_the_last_try_ends_the_code_and_the_page_says_when_another_may_leave(citizen, clock):
    code, bad = citizen.code(), citizen.wrong()
    for _try in range(tries(citizen) - 1):
        citizen.type(bad)
    assert "Trop d’essais" in error(citizen.type(bad))
    page = citizen.type(code)  # too late
    assert "Trop d’essais" in error(page)
    assertContains(page, "Un nouveau code est nécessaire")
    assertContains(page, "Nouvel envoi possible")
    assert page.context["code"].waits_until == stored(citizen).sent_at + DELAY
    clock.pass_(seconds=61)
    citizen.ask_again()
    assertContains(citizen.browser.get(citizen.page), f"Il vous reste {tries(citizen)} essais")
    assert citizen.type(citizen.code()).status_code == 302


def test_a_code_ends_with_its_life(citizen, clock):
    code, row, end = citizen.code(), citizen.present(), stored(citizen).expires_at
    lifetime = getattr(project, f"{citizen.use.purpose.upper()}_CODE_LIFETIME_SECONDS")
    assert end - stored(citizen).sent_at == timedelta(seconds=lifetime)
    clock.stop(end)
    assert not citizen.use.state(row).usable
    assert citizen.use.check(row, code, client=CLIENT) == CodeResult.EXPIRED
    clock.stop(end - TICK)
    assert citizen.use.state(row).usable
    assert citizen.use.check(row, code, client=CLIENT) == CodeResult.RIGHT


def test_the_page_says_that_a_code_is_past_its_life(citizen, clock):
    code = citizen.code()
    clock.pass_(seconds=getattr(project, f"{citizen.use.purpose.upper()}_CODE_LIFETIME_SECONDS"))
    citizen.come_back()
    assertContains(citizen.browser.get(citizen.page), "n’est plus valable depuis")
    assert "n’est plus valable" in error(citizen.type(code))
    assert stored(citizen).used_at is None


def test_the_next_code_leaves_after_the_delay_and_not_a_moment_before(citizen, clock):
    row, again = citizen.present(), stored(citizen).sent_at + DELAY
    clock.stop(again - TICK)
    assert citizen.use.state(row).waits_until == again
    with pytest.raises(CodeNotSent) as refused:
        citizen.use.ask(row, citizen.address, client=CLIENT)
    assert (refused.value.until, refused.value.per_client) == (again, False)
    clock.stop(again)
    assert citizen.use.state(row).waits_until is None
    assert len(citizen.use.ask(row, citizen.address, client=CLIENT)) == project.CODE_DIGITS


def test_asking_too_soon_sends_nothing_counts_for_the_client_alone_and_shows_until_when(citizen):
    asked, sent = quotas.usage("ip_code", "127.0.0.1").used, citizen.messages()
    left = quotas.usage(f"{citizen.use.purpose}_code_send", citizen.address).used
    assert citizen.ask_again().url == citizen.page
    assert citizen.messages() == sent
    assert quotas.usage(f"{citizen.use.purpose}_code_send", citizen.address).used == left
    assert quotas.usage("ip_code", "127.0.0.1").used == asked + 1
    assertContains(citizen.browser.get(citizen.page), 'data-enables="resend"')


def test_hammering_is_counted_and_ends(citizen, settings):
    settings.QUOTAS = settings.QUOTAS | {"ip_code": (quotas.usage("ip_code", "127.0.0.1").used + 3, 3600)}
    assert [citizen.ask_again().status_code for _again in range(5)] == [302, 302, 302, 429, 429]


def test_a_new_code_ends_the_one_before(citizen, clock):
    old = citizen.code()
    clock.pass_(seconds=61)
    assert citizen.ask_again().url == citizen.page
    assertContains(citizen.browser.get(citizen.page), "Un nouveau code vient d’être envoyé")
    assert citizen.messages() == 2
    if citizen.code() != old:
        assert "n’est pas le bon" in error(citizen.type(old))
    assert citizen.type(citizen.code()).status_code == 302


def test_after_as_many_codes_as_allowed_the_page_is_locked_until_the_hour_is_over(citizen, clock):
    for _send in range(sends(citizen) + 2):
        clock.pass_(seconds=61)
        citizen.ask_again()
    sent = citizen.messages()
    assert sent <= sends(citizen) + 1  # what the service sent by itself does not count
    page = citizen.browser.get(citizen.page)
    assertContains(page, str(citizen.use.crowded))
    assertContains(page, "Vous pourrez réessayer")
    assertNotContains(page, 'name="resend"')
    assert page.context["locked_until"] > timezone.now() + timedelta(minutes=50)
    assert citizen.type(citizen.code()).status_code == 302  # the last code still counts
    clock.pass_(hours=1)
    assert citizen.use.locked_until(citizen.present()) is None


def test_an_address_is_written_to_so_often_whoever_asks(citizen):
    already = quotas.usage(f"{citizen.use.purpose}_code_send", citizen.address).used
    for _send in range(sends(citizen) - already):
        citizen.use.ask(another(citizen), citizen.address, client=CLIENT)
    with pytest.raises(CodeNotSent) as refused:
        citizen.use.ask(another(citizen), citizen.address, client=CLIENT)
    assert not refused.value.per_client
    assert refused.value.until > timezone.now() + timedelta(minutes=50)
    citizen.use.ask(another(citizen), f"{citizen.address}0", client=CLIENT)


@pytest.mark.parametrize("citizen", sorted(set(CITIZENS) - WITHOUT_ACCOUNT), indirect=True)
def test_an_account_asks_so_often_whatever_the_address(citizen):
    row = citizen.present()
    already = quotas.usage(f"{citizen.use.purpose}_code_send", f"account:{citizen.use.account(row)}").used
    for number in range(sends(citizen) - already):
        citizen.use.ask(row, f"{citizen.address}{number}", client=CLIENT)
    with pytest.raises(CodeNotSent) as refused:
        citizen.use.ask(row, f"{citizen.address}99", client=CLIENT)
    assert not refused.value.per_client
    citizen.use.ask(another(citizen), f"{citizen.address}99", client=CLIENT)


def test_a_client_is_limited_when_it_asks_and_when_it_types(citizen, settings, clock):
    clock.pass_(seconds=61)
    code, before = citizen.wrong(), citizen.messages()
    settings.QUOTAS = settings.QUOTAS | {"ip_code": (0, 3600)}
    assert citizen.ask_again().status_code == 429
    assert citizen.messages() == before
    assert citizen.type(code).status_code == 429
    assert stored(citizen).wrong_tries == 0
    with pytest.raises(CodeNotSent) as refused:
        citizen.use.ask(citizen.present(), citizen.address, client=CLIENT)
    assert refused.value.per_client
    with pytest.raises(QuotaExceeded):
        citizen.use.check(citizen.present(), code, client=CLIENT)


def test_asking_and_typing_count_for_the_client(citizen, settings, clock):
    clock.pass_(seconds=61)
    used = quotas.usage("ip_code", "127.0.0.1").used
    citizen.ask_again()
    citizen.type(citizen.wrong())
    assert quotas.usage("ip_code", "127.0.0.1").used == used + 2


def test_a_code_for_another_purpose_address_or_person_is_refused(citizen):
    row = citizen.present()
    for other in set(USES) - {citizen.use.purpose}:
        code = one_time.issue(other, row, binding=citizen.address)
        if code != citizen.code():
            assert citizen.use.check(row, code, client=CLIENT) == CodeResult.WRONG
    stranger = another(citizen)
    assert citizen.use.check(stranger, citizen.code(), client=CLIENT) == CodeResult.NONE
    moved = one_time.check(citizen.use.purpose, row, citizen.code(), binding=f"{citizen.address}0")
    assert moved == CodeResult.WRONG
    assert citizen.use.check(row, citizen.code(), client=CLIENT) == CodeResult.RIGHT


def test_no_code_is_right_where_a_decoy_was_drawn(citizen, clock):
    row = citizen.present()
    clock.pass_(seconds=61)
    code = citizen.use.ask(row, citizen.address, client=CLIENT, decoy=True)
    assert citizen.use.check(row, code, client=CLIENT) == CodeResult.WRONG
    assert citizen.use.state(row).tries_left == tries(citizen) - 1


def test_a_code_is_compared_in_constant_time_and_kept_as_a_digest(citizen, monkeypatch):
    compared: list[str] = []
    real = hmac.compare_digest

    def spy(one, other):
        compared.extend(text if isinstance(text, str) else text.decode() for text in (one, other))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", spy)
    kept = stored(citizen).digest
    assert citizen.code() not in kept
    citizen.use.check(citizen.present(), citizen.wrong(), client=CLIENT)
    assert kept in compared


def test_the_page_of_a_proven_code_asks_for_none(citizen):
    citizen.type(citizen.code())
    sent = citizen.messages()
    citizen.ask_again()
    assert citizen.messages() == sent
    assert stored(citizen).used_at is not None
