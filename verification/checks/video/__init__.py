"""The checks of the face video. `examination.examine_video` runs them all over one recording."""
