"""Every number by which a document photo is judged."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DocumentThresholds:
    """Values and calibration date stand in the project's settings, section «Checks»; these are their defaults.

    pixels_per_mm: of the document in the photo as sent. sharpness: variance of the Laplacian over its mean brightness,
    the document being 700 pixels wide. glare: largest burnt-out spot, as a share of the document. dark, bright:
    median brightness, 0 to 255. chroma: 90th percentile of colourfulness (Lab) outside the portrait. reading: mean
    probability of a line's characters, 0 to 1. face: confidence of the face detector. name_margin: how much less
    likely, in natural logarithms, any other letter of a name must be. edge: how near to the picture's edge text may
    come, as a share of the picture's side. zone_cost: how badly a line may fit the format of a zone, in natural
    logarithms per character, to be called read.
    """

    pixels_per_mm: float = 3.5
    sharpness: float = 35.0
    glare: float = 0.012
    dark: float = 45.0
    bright: float = 238.0
    chroma: float = 1.6
    reading: float = 0.80
    face: float = 0.0
    name_margin: float = 1.5
    zone_cost: float = 0.5
    edge: float = 0.004
