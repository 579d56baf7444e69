"""The forms of the capture pages. A file is read by the views, under the limits of `uploads`; the field is for its errors."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from verification import documents
from verification.capture.models import FORMS
from verification.checks.kinds import DocumentKind
from verification.checks.video.challenge import Form
from verification.documents import DOCUMENTS

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PHOTO_TYPES = "image/jpeg,image/png,image/webp,image/heic,image/heif"
VIDEO_TYPES = "video/webm,video/mp4,video/quicktime,video/x-matroska,.mkv,.mov"


def _file(label: "StrPromise", accept: str) -> forms.FileField:
    """accept: what the browser offers; what counts is the content."""
    required = _("Choisissez un fichier avant de continuer.")
    widget = forms.FileInput(attrs={"accept": accept})
    return forms.FileField(label=label, widget=widget, error_messages={"required": required})


class PhotoForm(forms.Form):
    file = _file(_("Votre photo"), PHOTO_TYPES)


class VideoForm(forms.Form):
    file = _file(_("Votre vidéo"), VIDEO_TYPES)


class PracticeForm(forms.Form):
    file = _file(_("Une vidéo de quelques secondes"), VIDEO_TYPES)


class DocumentForm(forms.Form):
    """Screen 25: which document is shown. Only the one that was confirmed can be."""

    shown_kind = forms.ChoiceField(
        label=_("Quelle pièce allez-vous présenter\u00a0?"),
        choices=documents.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez la pièce que vous allez présenter.")},
    )

    def __init__(self, *args: Any, confirmed: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.confirmed = DocumentKind(confirmed)

    def clean_shown_kind(self) -> str:
        shown: str = self.cleaned_data["shown_kind"]
        if shown != self.confirmed:
            raise forms.ValidationError(
                _(
                    "Votre dossier porte sur cette pièce\u00a0: %(kind)s. Les informations que vous avez confirmées "
                    "sont les siennes\u00a0: "
                    "présentez-la."
                ),
                params={"kind": DOCUMENTS[self.confirmed].label},
            )
        return shown


class ChallengeForm(forms.Form):
    """Screen 26: how the three digits are given."""

    form = forms.ChoiceField(
        label=_("Comment donnerez-vous les trois chiffres\u00a0?"),
        choices=FORMS,
        widget=forms.RadioSelect,
        initial=Form.SPOKEN,
        error_messages={"required": _("Choisissez comment vous donnerez les trois chiffres.")},
    )
    way = forms.ChoiceField(
        choices=[("camera", "camera"), ("file", "file")], widget=forms.HiddenInput, initial="camera"
    )
