"""A DocumentReference as bytes for its encrypted column, and back."""

import base64
import json

import numpy as np

from verification.checks.document_reference import DocumentReference


def pack(reference: DocumentReference) -> bytes:
    return json.dumps(
        {
            "portrait": None if reference.portrait is None else [float(value) for value in reference.portrait],
            "mrz": reference.mrz,
            "crop": None if reference.crop is None else base64.b64encode(reference.crop).decode(),
            "words": reference.words,
        }
    ).encode()


def unpack(data: bytes) -> DocumentReference:
    values = json.loads(data)
    return DocumentReference(
        portrait=None if values["portrait"] is None else np.array(values["portrait"], np.float64),
        mrz=None if values["mrz"] is None else tuple(values["mrz"]),
        crop=None if values["crop"] is None else base64.b64decode(values["crop"]),
        words=tuple(values["words"]),
    )
