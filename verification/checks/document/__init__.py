"""The checks of a photo of an identity document. `examination.examine_photo` runs them all over one photo."""
