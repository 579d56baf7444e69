"""How large the body of a request may be, told by its head: before any of it is read. And where no file is taken, none is."""

import sys
from collections.abc import Mapping
from typing import Any, NoReturn

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve


def tells_length(environ: Mapping[str, Any]) -> bool:
    """Does the head tell how long the body is? environ: as PEP 3333 has it."""
    return "HTTP_TRANSFER_ENCODING" not in environ


def body_length(environ: Mapping[str, Any]) -> int:
    """Content-Length in bytes; of a body that does not tell its length, more than any."""
    told = str(environ.get("CONTENT_LENGTH") or "")
    if not tells_length(environ):
        return sys.maxsize
    return int(told[:20]) if told.isascii() and told.isdigit() else 0


def max_body_bytes(environ: Mapping[str, Any]) -> int:
    """FORM_MAX_BYTES, and the file beside it where the address belongs to a view with `upload_max_bytes`."""
    largest: int = settings.FORM_MAX_BYTES
    if str(environ.get("CONTENT_TYPE", "")).lower().startswith("multipart/form-data"):
        try:
            view = resolve(str(environ.get("PATH_INFO", ""))).func
        except Resolver404:
            return largest
        largest += getattr(getattr(view, "view_class", None), "upload_max_bytes", 0)
    return largest


class NoFiles(FileUploadHandler):
    """For every form that has no file: one that comes nevertheless is 400, and no byte of it is kept."""

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise MultiPartParserError("a file where none is taken")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never reached."""

    def file_complete(self, file_size: int) -> None:
        """Never reached."""
