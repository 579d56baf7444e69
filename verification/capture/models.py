"""Captures: uploaded photos and videos, what was asked of the video, and what the checks found."""

import uuid

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from identite.fields import EncryptedBinaryField, EncryptedJSONField, EncryptedTextField
from verification.checks.finding import Outcome
from verification.checks.kinds import Side
from verification.checks.video.challenge import Form, Gesture


def evidence_storage() -> Storage:
    return storages["evidence"]


class CaptureKind(models.TextChoices):
    FRONT = Side.FRONT.value, _("recto de la pièce")
    BACK = Side.BACK.value, _("verso de la pièce")
    VIDEO = "video", _("vidéo du visage")


PHOTOS = (CaptureKind.FRONT, CaptureKind.BACK)


class CaptureState(models.TextChoices):
    UPLOADED = "uploaded", _("à confirmer")  # the citizen looks at the preview
    QUEUED = "queued", _("contrôle en cours")  # confirmed: the worker has it
    ACCEPTED = "accepted", _("accepté")  # no finding that a new try would mend
    REFUSED = "refused", _("à refaire")
    REPLACED = "replaced", _("remplacé")


FORMS = {Form.SPOKEN: _("à voix haute"), Form.WRITTEN: _("écrits sur un papier")}
GESTURES = {
    Gesture.TURN_LEFT: _("tourner la tête vers votre gauche"),
    Gesture.TURN_RIGHT: _("tourner la tête vers votre droite"),
    Gesture.SHOW_DOCUMENT: _("montrer votre pièce d’identité"),
}


class Challenge(models.Model):
    """What the server asks one video to show. Drawn once, bound to one attempt, short-lived, never reused.

    schedule: seconds after the start of the recording at which each digit appears, then the gesture.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verification = models.ForeignKey("verification.Verification", on_delete=models.CASCADE, related_name="challenges")
    digits = EncryptedTextField()
    form = models.CharField(max_length=10, choices=FORMS, default=Form.SPOKEN)
    gesture = models.CharField(max_length=15, choices=GESTURES)
    schedule = models.JSONField(default=list)
    recorded = models.BooleanField(default=True)  # False: the digits were asked for in order to upload a file
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("défi")

    def __str__(self) -> str:
        return f"{self.gesture} {self.form}"


class Capture(models.Model):
    """One uploaded file. Stored encrypted under a random name; purged on its date, its digest stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verification = models.ForeignKey("verification.Verification", on_delete=models.CASCADE, related_name="captures")
    kind = models.CharField(max_length=6, choices=CaptureKind.choices)
    document_kind = models.CharField(max_length=10, blank=True)  # for which document the photo counts
    challenge = models.OneToOneField(Challenge, null=True, blank=True, on_delete=models.PROTECT, related_name="capture")
    state = models.CharField(max_length=10, choices=CaptureState.choices, default=CaptureState.UPLOADED, editable=False)
    file = models.FileField(storage=evidence_storage, max_length=100, blank=True)
    preview = models.FileField(storage=evidence_storage, max_length=100, blank=True)  # re-encoded, upright, for eyes
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    runs = models.PositiveSmallIntegerField(default=0)  # how many times it was queued
    lost_runs = models.PositiveSmallIntegerField(default=0, db_default=0)  # begun, and never heard of again
    run_started_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    # What the checks read and later checks need. read: MRZ and fields with their boxes.
    read = EncryptedJSONField(default=dict, blank=True)
    versions = models.JSONField(default=dict, blank=True)
    face = EncryptedBinaryField(null=True, blank=True)  # 128 float64, the portrait or the video's face
    reference = EncryptedBinaryField(null=True, blank=True)  # DocumentReference, or nothing
    signature = models.BinaryField(null=True, blank=True)  # perceptual hash, to know a picture or video again

    class Meta:
        ordering = ("-uploaded_at",)
        verbose_name = _("capture")
        indexes = [
            models.Index(fields=("queued_at",), condition=models.Q(state=CaptureState.QUEUED), name="capture_due"),
            models.Index(fields=("uploaded_at",), condition=models.Q(purged_at=None), name="capture_unpurged"),
            models.Index(
                fields=("uploaded_at",),
                condition=models.Q(kind=CaptureKind.VIDEO, signature__isnull=False),
                name="capture_recordings",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def journal_chain(self) -> uuid.UUID:
        return self.verification.file


class RecordingBand(models.Model):
    """A key of a video's signature (verification/checks/video/replay_bands.py). Lives as long as the signature."""

    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="bands")
    value = models.BigIntegerField()

    class Meta:
        verbose_name = _("bande d’enregistrement")
        verbose_name_plural = _("bandes d’enregistrement")
        indexes = [models.Index(fields=("value",), name="recording_band")]

    def __str__(self) -> str:
        return f"{self.value}"


class Finding(models.Model):
    """One result of one check (verification/checks/finding.py), kept. Its sentences come from the code."""

    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=60)
    outcome = models.CharField(max_length=5, choices=[(str(outcome), str(outcome)) for outcome in Outcome])
    score = models.FloatField(null=True)
    threshold = models.FloatField(null=True)
    evidence = EncryptedJSONField(default=dict, blank=True, bound_to=("capture_id", "code"))

    class Meta:
        ordering = ("id",)
        verbose_name = _("constat")

    def __str__(self) -> str:
        return f"{self.code} {self.outcome}"


class Trial(models.Model):
    """A practice run: its clip is deleted as soon as it is checked, the row a little later. Uses no attempt, proves nothing.

    findings: list of {"code", "outcome"}, empty until `checked_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verification = models.ForeignKey("verification.Verification", on_delete=models.CASCADE, related_name="trials")
    file = models.FileField(storage=evidence_storage, max_length=100, blank=True)
    findings = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("essai de caméra")
        indexes = [models.Index(fields=("created_at",), name="trial_age")]
        verbose_name_plural = _("essais de caméra")

    def __str__(self) -> str:
        return f"{self.pk}"
