"""How an upload enters: limits before anything is parsed, one sentence for each thing that can be wrong with a file."""

import io
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.csrf import csrf_protect

from identite import errors, quotas, space
from identite.body_sizes import body_length
from identite.http import client_key
from verification.checks import limits
from verification.thresholds import video_thresholds

REASONS: dict[str, str | Promise] = {
    "missing": _("Choisissez un fichier avant de continuer."),
    "empty": _("Le fichier reçu est vide\u00a0: choisissez-le de nouveau."),
    "photo_too_large": _(
        "Le fichier dépasse %(photo_megabytes)d Mo. Reprenez la photo avec l’appareil de votre téléphone, en qualité normale."
    ),
    "video_too_large": _(
        "Le fichier dépasse %(video_megabytes)d Mo. Filmez de %(seconds_min)g à %(seconds_max)g secondes, en qualité normale (720p)."
    ),
    "too_many_pixels": _(
        "Cette image a plus de %(megapixels)d millions de points. Choisissez une qualité plus faible dans votre appareil photo."
    ),
    "photo_tiny": _("Cette image est bien trop petite pour être lue. Envoyez la photo d’origine."),
    "photo_unknown": _(
        "Ce fichier n’est pas une photo que nous savons lire. Envoyez une photo JPEG, PNG, WebP ou HEIC."
    ),
    "pdf": _("Ce fichier est un document PDF. Prenez une photo de votre pièce d’identité, et envoyez cette photo."),
    "photo_damaged": _("Cette photo est incomplète ou abîmée. Envoyez-la de nouveau, ou reprenez-la."),
    "photo_complex": _(
        "Ce fichier n’est pas une simple photo\u00a0: il est animé, ou fait de trop de morceaux. "
        "Reprenez la photo avec l’appareil de votre téléphone, en qualité normale."
    ),
    "busy": _(
        "Beaucoup de photos arrivent en ce moment. "
        "Attendez quelques secondes, puis envoyez de nouveau la vôtre\u00a0: aucun essai n’est compté."
    ),
    "several": _("Plusieurs fichiers sont arrivés à la fois. Envoyez-en un seul."),
    "no_room": _(
        "Le service n’a plus de place pour recevoir un fichier en ce moment. Réessayez dans quelques minutes."
    ),
    "photo_same": _(
        "C’est la photo qui vient d’être refusée\u00a0: elle le serait encore. Aucun essai n’est compté. Reprenez une nouvelle photo."
    ),
    "video_unknown": _("Ce fichier n’est pas une vidéo que nous savons lire. Envoyez une vidéo WebM, MP4, MOV ou MKV."),
    "video_is_photo": _("Ce fichier est une photo. Envoyez une vidéo de %(seconds_min)g à %(seconds_max)g secondes."),
    "challenge_expired": _(
        "Le délai pour envoyer cette vidéo est passé. Recommencez avec de nouveaux chiffres\u00a0: aucun essai n’est compté."
    ),
    "challenge_used": _("Une vidéo a déjà été envoyée pour ces chiffres. Recommencez avec de nouveaux chiffres."),
    "broken_off": _("L’envoi a été interrompu. Envoyez de nouveau\u00a0: aucun essai n’est compté."),
    "running": _("Un fichier est déjà en cours de contrôle\u00a0: attendez son résultat."),
    "closed": _("Votre vérification n’attend plus de fichier. Actualisez la page pour voir où elle en est."),
}


class BadUpload(ValueError):
    """A file that cannot be taken. `reason`: a key of REASONS. Nothing was stored, no try was used."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def sentence(self) -> str:
        video = video_thresholds()
        return str(REASONS[self.reason]) % {
            "photo_megabytes": limits.PHOTO_MAX_BYTES // limits.MEGA,
            "video_megabytes": limits.VIDEO_MAX_BYTES // limits.MEGA,
            "megapixels": limits.PHOTO_MAX_PIXELS // limits.MEGA,
            "seconds_min": video.seconds_min,
            "seconds_max": video.seconds_max,
        }


class MemoryUpload(FileUploadHandler):
    """Keeps one file in memory, never in a temporary file in the clear. `refused`: a key of REASONS, where it is not taken.

    limit: bytes; what exceeds them runs past.
    """

    def __init__(self, request: HttpRequest, limit: int, too_large: str) -> None:
        super().__init__(request)
        self.limit, self.too_large = limit, too_large
        self.refused = ""
        self._files = self._taken = 0
        self._buffer = io.BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._files += 1
        if self._files > 1:
            self.refused = "several"
            raise MultiPartParserError("more than one file")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._taken += len(raw_data)
        if self._taken > self.limit:
            self.refused = self.too_large
            self._buffer = io.BytesIO()
            raise SkipFile
        self._buffer.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self._buffer.seek(0)
        return InMemoryUploadedFile(
            self._buffer, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


class UploadMixin(View):
    """Base of views that take one file. `upload_max_bytes`: of that file; `too_large`: key of REASONS beyond it.

    It stands behind whoever looks at the visitor (`StepMixin`), so that nothing a stranger sends is read, and its views are
    csrf_exempt: the token is looked for here, once the body is known to be small enough to be read.
    """

    upload_max_bytes: int = 0
    too_large: ClassVar[str] = "photo_too_large"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and request.content_type == "multipart/form-data":
            refused = self._receive(request)
            if refused is not None:
                return refused
        return csrf_protect(super().dispatch)(request, *args, **kwargs)

    def _receive(self, request: HttpRequest) -> HttpResponse | None:
        if space.is_short():
            refused = self.refuse_upload(request, BadUpload("no_room"), status=503)
            refused["Retry-After"] = str(errors.RETRY_SECONDS)
            return refused
        try:
            quotas.take("ip_upload", client_key(request))
        except quotas.QuotaExceeded as exceeded:
            return errors.too_many(request, exceeded.until)
        if body_length(request.META) > self.upload_max_bytes + settings.FORM_MAX_BYTES:
            return self.refuse_upload(request, BadUpload(self.too_large), status=413)
        handler = MemoryUpload(request, self.upload_max_bytes, self.too_large)
        request.upload_handlers = [handler]
        try:
            request.POST  # noqa: B018  (reads the body)
        except (MultiPartParserError, UnreadablePostError, SuspiciousOperation, BadRequest):
            return self.refuse_upload(request, BadUpload(handler.refused or "broken_off"), status=400)
        if handler.refused:
            return self.refuse_upload(request, BadUpload(handler.refused), status=413)
        return None

    def refuse_upload(self, request: HttpRequest, bad: BadUpload, *, status: int) -> HttpResponse:
        """A page of its own: the form could not be read, so nothing of it is known."""
        if request.headers.get("X-Requested-With") == "fetch":
            return JsonResponse({"error": bad.sentence, "reason": bad.reason}, status=status)
        return render(request, "verification/upload_refused.html", {"sentence": bad.sentence}, status=status)

    def uploaded(self) -> bytes:
        """Content of the uploaded file. Raises BadUpload when there is none."""
        file = self.request.FILES.get("file")
        if file is None:
            raise BadUpload("missing")
        data: bytes = file.read()
        file.close()  # its copy: storing the largest file takes a few more
        if not data:
            raise BadUpload("empty")
        return data
