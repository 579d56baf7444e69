"""Post offices, the postmen's rounds, appointments, and what happened at each meeting."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identite import references
from identite.fields import EncryptedDateField, EncryptedTextField
from verification.face_to_face import dates
from verification.face_to_face.address import PostalAddress


class Office(models.Model):
    """A post office, as the open data *laposte-poincont2* tell of it. latitude, longitude: degrees, WGS 84.

    Names follow the published columns. closed_at: it vanished from the file; appointments still name it.
    """

    identifier = models.CharField(_("identifiant"), max_length=12, unique=True)
    name = models.CharField(_("libellé du site"), max_length=120)
    kind = models.CharField(_("caractéristique du site"), max_length=120, blank=True)
    street = models.CharField(_("adresse"), max_length=200, blank=True)
    complement = models.CharField(_("complément d’adresse"), max_length=200, blank=True)
    place = models.CharField(_("lieu-dit"), max_length=120, blank=True)
    postal_code = models.CharField(_("code postal"), max_length=5, blank=True)
    city = models.CharField(_("localité"), max_length=120)
    commune_code = models.CharField(_("code INSEE"), max_length=5, blank=True)
    country = models.CharField(_("pays"), max_length=60, blank=True)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    services = models.JSONField(
        _("services aux personnes handicapées"), default=list, blank=True
    )  # codes of `offices.SERVICES`
    participates = models.BooleanField(_("participe à la vérification d’identité"), default=True)
    closed_at = models.DateTimeField(_("fermé depuis"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ("city", "name")
        verbose_name = _("bureau de poste")
        verbose_name_plural = _("bureaux de poste")
        indexes = [
            models.Index(
                fields=("latitude", "longitude"),
                condition=models.Q(participates=True, closed_at=None),
                name="office_near",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.postal_code} {self.city})"


class OpeningHours(models.Model):
    """One stretch of one weekday; an office that closes at noon has two. weekday: 0 is Monday. Local time of the office."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("jour"))
    opens = models.TimeField(_("ouvre à"))
    closes = models.TimeField(_("ferme à"))

    class Meta:
        ordering = ("weekday", "opens")
        verbose_name = _("horaires")
        verbose_name_plural = _("horaires")
        constraints = [
            models.UniqueConstraint(fields=("office", "weekday", "opens"), name="hours_once"),
            models.CheckConstraint(condition=models.Q(opens__lt=models.F("closes")), name="hours_open_before_close"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="hours_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"


class HalfDay(models.TextChoices):
    MORNING = "morning", _("matin")
    AFTERNOON = "afternoon", _("après-midi")


class Round(models.Model):
    """How many identities the postman can prove on one half-day of the week in one commune.

    commune_code: COG; empty: in every commune that has no row of its own.
    """

    commune_code = models.CharField(_("code de la commune"), max_length=5, blank=True)
    weekday = models.PositiveSmallIntegerField(
        _("jour"),
        choices=list(enumerate((_("lundi"), _("mardi"), _("mercredi"), _("jeudi"), _("vendredi"), _("samedi")))),
    )
    half_day = models.CharField(_("demi-journée"), max_length=10, choices=HalfDay.choices)
    capacity = models.PositiveSmallIntegerField(_("rendez-vous possibles"))

    class Meta:
        ordering = ("commune_code", "weekday", "half_day")
        verbose_name = _("tournée")
        constraints = [
            models.UniqueConstraint(fields=("commune_code", "weekday", "half_day"), name="round_once"),
            models.CheckConstraint(condition=models.Q(weekday__lte=5), name="round_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.commune_code} {self.get_weekday_display()} {self.get_half_day_display()}"


class Slot(models.Model):
    """One half-day of one commune, written when somebody first books in it: the row that a booking locks."""

    commune_code = models.CharField(max_length=5)
    day = models.DateField()
    half_day = models.CharField(max_length=10, choices=HalfDay.choices)

    class Meta:
        ordering = ("day", "-half_day")  # the morning first
        verbose_name = _("demi-journée")
        constraints = [models.UniqueConstraint(fields=("commune_code", "day", "half_day"), name="slot_once")]

    def __str__(self) -> str:
        return f"{self.commune_code} {self.day} {self.half_day}"


class Place(models.TextChoices):
    OFFICE = "office", _("En bureau de poste")
    HOME = "home", _("À domicile, avec le facteur")


class AppointmentState(models.TextChoices):
    BOOKED = "booked", _("prévu")
    MISSED = "missed", _("manqué")
    HELD = "held", _("tenu")
    CANCELLED = "cancelled", _("annulé")
    LAPSED = "lapsed", _("délai dépassé")


# A meeting may still take place, and a place of its half-day is taken.
STANDING = (AppointmentState.BOOKED, AppointmentState.MISSED)


class Appointment(PostalAddress):
    """How, where and until when an identity is to be proven in person. One a verification; another date is the same row.

    reference: what the citizen shows and the agent types, not secret; the code is (identite.codes). At an office there is no
    slot, and `office` is a wish: any that participates may hold the meeting. At home there is a slot and no office.
    due_at: end of the 15th day, in the time of the place. over_at: at home, when the half-day is over and the postman may not
    come any more. person_digest: who it is for, to be found where the message was lost (`search.person_digest`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(
        _("référence"), max_length=references.LENGTH, unique=True, default=references.draw, editable=False
    )
    verification = models.OneToOneField(
        "verification.Verification", on_delete=models.CASCADE, related_name="appointment"
    )
    state = models.CharField(
        max_length=10, choices=AppointmentState.choices, default=AppointmentState.BOOKED, editable=False
    )
    place = models.CharField(_("lieu"), max_length=10, choices=Place.choices)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments")
    slot = models.ForeignKey(Slot, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments")
    person_digest = models.CharField(max_length=64, blank=True, editable=False)
    # How many times the invitation changed: the calendar file's SEQUENCE.
    changes = models.PositiveSmallIntegerField(default=0)
    booked_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True, blank=True)
    reminder_due_at = models.DateTimeField(null=True, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)  # the address

    class Meta:
        ordering = ("-booked_at",)
        verbose_name = _("rendez-vous")
        verbose_name_plural = _("rendez-vous")
        permissions = [
            ("hold_meeting", "Peut tenir un rendez-vous"),
            ("hold_meeting_again", "Peut recevoir une personne une deuxième fois le même jour"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(place="office", office__isnull=False, slot=None)
                | models.Q(place="home", office=None, slot__isnull=False),
                name="appointment_somewhere",
            )
        ]
        # The lists of a day, the search, and what the sweep looks for.
        indexes = [
            models.Index(
                fields=("office", "booked_at"), condition=models.Q(state="booked"), name="appointment_at_office"
            ),
            models.Index(fields=("slot",), condition=models.Q(state__in=STANDING), name="appointment_at_home"),
            models.Index(fields=("person_digest",), condition=models.Q(state__in=STANDING), name="appointment_person"),
            models.Index(
                fields=("reminder_due_at",),
                condition=models.Q(state="booked", reminder_due_at__isnull=False),
                name="appointment_reminder",
            ),
            models.Index(
                fields=("over_at",),
                condition=models.Q(state="booked", over_at__isnull=False),
                name="appointment_over",
            ),
            models.Index(fields=("due_at",), condition=models.Q(state__in=STANDING), name="appointment_term"),
            models.Index(
                fields=("ended_at",),
                condition=models.Q(ended_at__isnull=False, erased_at=None),
                name="appointment_kept",
            ),
        ]

    def __str__(self) -> str:
        return references.shown(self.reference)

    @property
    def journal_chain(self) -> uuid.UUID:
        return self.verification.file

    @property
    def where(self) -> str:
        """The COG code, or a postal code, whose days and hours count."""
        if self.slot is not None:
            return self.slot.commune_code
        return self.office.commune_code or self.office.postal_code if self.office is not None else ""

    @property
    def last_day(self) -> date:
        """The last day on which it may take place, as it is called there."""
        return self.due_at.astimezone(dates.zone(self.where)).date()


class PostalAgent(models.Model):
    """An account that holds meetings: at an office, or on a round in some communes (COG codes). It has no rights elsewhere."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("compte"), on_delete=models.CASCADE, related_name="postal_agent"
    )
    office = models.ForeignKey(
        Office, verbose_name=_("bureau"), null=True, blank=True, on_delete=models.PROTECT, related_name="agents"
    )
    communes = models.JSONField(_("communes de la tournée"), default=list, blank=True)

    class Meta:
        verbose_name = _("agent postal")
        verbose_name_plural = _("agents postaux")

    def __str__(self) -> str:
        return str(self.account_id)


class MeetingState(models.TextChoices):
    OPEN = "open", _("en cours")
    ACCEPTED = "accepted", _("identité acceptée")
    REFUSED = "refused", _("identité refusée")
    ABSENT = "absent", _("personne absente")
    LEFT = "left", _("interrompu")


class Meeting(models.Model):
    """One meeting of one agent with one person, step by step; each step is written when it is sent.

    document_number, expiry_date: what the agent typed before she saw what the citizen had typed. checklist: code → true or
    false, of `checklist.POINTS`. device: keyed digest of the agent's browser.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="meetings")
    agent = models.ForeignKey(PostalAgent, on_delete=models.PROTECT, related_name="meetings")
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    device = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=MeetingState.choices, default=MeetingState.OPEN, editable=False)
    found_without_code = models.BooleanField(default=False)  # the message was lost: by name and document instead
    code_right_at = models.DateTimeField(null=True, blank=True)
    identity_read_at = models.DateTimeField(null=True, blank=True)
    document_kind = models.CharField(max_length=10, blank=True)
    document_number = EncryptedTextField(blank=True)
    expiry_date = EncryptedDateField(null=True, blank=True)
    compared_at = models.DateTimeField(null=True, blank=True)
    checklist = models.JSONField(default=dict, blank=True)
    photos_done_at = models.DateTimeField(null=True, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    sampled = models.BooleanField(default=False)  # drawn for a second reading
    typings = models.PositiveSmallIntegerField(default=0)  # of the document: more than one is not blind any more
    unsent = EncryptedTextField(blank=True)  # typed, not sent: see identite.unsent
    opened_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(default=timezone.now)  # something was sent
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-opened_at",)
        verbose_name = _("entretien")
        constraints = [
            models.UniqueConstraint(fields=("appointment",), condition=models.Q(state="open"), name="one_open_meeting")
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def journal_chain(self) -> uuid.UUID:
        return self.appointment.journal_chain
