"""Every number by which a document photo is judged."""

from dataclasses import dataclass

from verification.checks.thresholds import Thresholds, threshold


@dataclass(frozen=True, kw_only=True)
class DocumentThresholds(Thresholds):
    """Calibrated on 2026-11-21 on generated photographs of four kinds of document in eleven degradations."""

    pixels_per_mm_min: float = threshold(3.5, "pixels per mm", "resolution of the document in the photo as sent")
    sharpness_min: float = threshold(
        35.0, "grey levels", "variance of the Laplacian over mean brightness, the document being 700 pixels wide"
    )
    glare_max: float = threshold(0.012, "", "largest burnt-out spot, as a share of the document")
    brightness_min: float = threshold(45.0, "0 to 255", "median brightness of the document: below it, too dark")
    brightness_max: float = threshold(238.0, "0 to 255", "the same: above it, too bright")
    chroma_min: float = threshold(
        1.6, "Lab", "90th percentile of colourfulness outside the portrait: below it, a black-and-white copy"
    )
    reading_min: float = threshold(0.80, "", "mean probability of the characters of a line that counts as read")
    portrait_min: float = threshold(0.0, "of the detector", "confidence of the face detector for the portrait")
    name_margin_min: float = threshold(
        1.5, "natural logarithm", "how much less likely any other letter of a name must be"
    )
    zone_cost_max: float = threshold(
        0.5,
        "natural logarithm per character",
        "how badly a line may fit the format of a machine-readable zone, to be called read",
    )
    edge_min: float = threshold(
        0.004, "", "cut off when text comes nearer to the picture's edge than this share of its side"
    )
