"""Every word that people read goes through gettext: seen in a language that accents all of them."""

import re
from functools import lru_cache
from pathlib import Path

import django
import pytest
from django.conf import settings as project
from django.contrib.auth.models import Group
from django.utils import translation
from django.utils.translation import trans_real

from enrollment.models import Account, Enrollment, Registration
from enrollment.postal import commune_name, communes_at
from enrollment.services import activation
from identite import accessibility, brand, references
from identite.cog import countries
from notifications.names import EVENTS
from tests.house.pseudo import BLOTS, LANGUAGE, WORD, Pseudo, Said, messages, pseudo, unmarked
from tests.house.walk import LABEL, Walk, events, everything, forget_prepared, words_of
from tests.house.walk_in_person import SEVERAL_COMMUNES
from verification.letter import pdf
from verification.letter.models import RegisteredLetter
from verification.letter.records import set_content
from verification.models import Appointment, Case, Office, Verification


@pytest.fixture
def catalogue(settings):
    """The pseudo-language, alone and active, for views, mails and tasks alike."""
    catalogue = Pseudo()
    settings.LANGUAGES = [("fr", "Français"), (LANGUAGE, "Pseudo")]
    settings.LANGUAGE_CODE = LANGUAGE
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trans_real, "check_for_language", lru_cache(lambda _code: True))
        patch.setitem(trans_real._translations, LANGUAGE, catalogue)
        patch.setattr(trans_real, "_default", catalogue)
        forget_prepared()
        with translation.override(LANGUAGE):
            yield catalogue
    forget_prepared()


@pytest.fixture
def walk(catalogue, transactional_db) -> Walk:
    return everything()


# Other packages write these without gettext: the pictures of Django's search field, yes and no, the keys of its rows of a form.
PACKAGES = {"Search", "True", "False", "addText", "deleteText", "hours", "options", "prefix"}
# Django's own page of a group: its permissions bear the names that the database has.
OTHERS = "GET /gestion/auth/group/"
FORMATS = {"PDF", "RGAA", "km"}
ANSWERS = (
    "first_name", "last_name", "first_names", "birth_name", "birth_place", "nationality", "document_number",
    "address_street", "address_complement",
)  # fmt: skip


def data() -> set[str]:
    """The words that are no text of ours: the brand's names, what the walk's people answered, facts kept in files."""
    facts = accessibility.statement()
    told = [*brand.words().values(), project.BRAND_SHORT_NAME, LABEL, *facts.gaps, *facts.exempt]
    told += [str(check) for check in facts.checks]
    told += [country.name for country in (countries.find("FRA"),) if country]
    told += [references.shown(case.reference) for case in Case.objects.all()]
    told += [group.name for group in Group.objects.all()]
    told += [f"{one.name} {one.kind} {one.street} {one.city} {one.country}" for one in Office.objects.all()]
    told += [commune_name(enrollment.address_commune) for enrollment in Enrollment.objects.all()]
    told += [commune.name for commune in communes_at(SEVERAL_COMMUNES)]
    told += [references.shown(appointment.reference) for appointment in Appointment.objects.all()]
    told += [
        str(getattr(row, name, ""))
        for model in (Account, Registration, Enrollment, Verification)
        for row in model._default_manager.all()
        for name in ANSWERS
    ]
    return {word for text in told for word in WORD.findall(text)} | PACKAGES | FORMATS


def test_every_word_is_in_gettext(walk, catalogue):
    known = data()
    assert unmet(walk) == set()
    assert unmarked_pages(walk, known) == {}
    assert unmarked_papers(catalogue, known) == {}
    assert unlisted(catalogue) == set()


def unmet(walk: Walk) -> set[str]:
    """Messages that the walk did not bring about: nobody has looked at their words, nor at the brand in them."""
    return set(EVENTS) - {what for kind, what, _content in walk.seen if kind in ("mail", "sms")}


def unmarked_pages(walk: Walk, known: set[str]) -> dict[str, set[str]]:
    left = {}
    for kind, what, content in walk.seen:
        if what.startswith(OTHERS):
            continue
        texts = Said(content).texts if kind == "page" else [content]
        if kind not in ("pdf", "manifest") and (found := unmarked(texts, known)):
            left[f"{kind} {what}"] = found
    return left


def unmarked_papers(catalogue: Pseudo, known: set[str]) -> dict[str, set[str]]:
    """Their fonts have no such accents: here every letter becomes a blot."""
    catalogue.table = BLOTS
    letter = RegisteredLetter.objects.exclude(accepted_at=None).get()
    set_content(letter, activation.letter_text(Enrollment.objects.get(verification=letter.verification)))
    papers = {"content": pdf.content(letter)} | {proof.code: pdf.proof(proof, letter) for proof in letter.proofs.all()}
    assert len(papers) == 4
    assert all("¤" in words_of(paper) for paper in papers.values())
    left = {code: unmarked([words_of(paper)], known) for code, paper in papers.items()}
    return {code: found for code, found in left.items() if found}


def unlisted(catalogue: Pseudo) -> set[str]:
    """Texts that the walk asked for and that are not in the file for translators: `make messages` was not run."""
    ours = messages(project.BASE_DIR / "locale/fr/LC_MESSAGES/django.po")
    theirs = set().union(*map(messages, Path(django.__file__).parent.rglob("locale/fr/LC_MESSAGES/django.po")))
    return {text for text in catalogue.asked if WORD.search(text) and text.rpartition("\x04")[2] not in ours | theirs}


def test_every_message_has_a_name_for_agents():
    assert set(EVENTS) == set(events())


def test_only_text_messages_have_the_apostrophe_that_phones_know():
    """Elsewhere it is «’»: pages, mails, papers and the names of states."""
    sms = "".join(path.read_text() for path in (project.BASE_DIR / "templates/notifications").glob("*/sms.txt"))
    straight = {
        re.sub(r"%\((\w+)\)s", r"{{ \1 }}", text)
        for text in messages(project.BASE_DIR / "locale/fr/LC_MESSAGES/django.po")
        if re.search(r"[^\W\d]'[^\W\d]", text)
    }
    assert straight
    assert [text for text in straight if text not in sms] == []


def test_a_page_says_its_language(client, db):
    page = client.get("/aide/")
    assert page.headers["Content-Language"] == "fr"
    assert '<html lang="fr">' in page.text


def test_a_page_of_another_language_says_so(catalogue, client, db):
    page = client.get("/aide/")
    assert page.headers["Content-Language"] == LANGUAGE
    assert f'<html lang="{LANGUAGE}">' in page.text


def test_what_is_not_in_gettext_is_found():
    """The tests above can fail."""
    html = '<p title="Ici">[Ḃȯṅ] jour</p><input type="submit" value="Envoyer"><code>GET</code>'
    assert unmarked(Said(html).texts, set()) == {"Ici", "jour", "Envoyer"}
    assert pseudo('Le <a href="/x">%(name)s</a>&nbsp;!').startswith('[Ŀė <a href="/x">%(name)s</a>&nbsp;!')
