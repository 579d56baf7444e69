"""The names that a specimen's address takes, for the forms. Whatever draws them has the same ones (and loads the engines)."""

KINDS = ("cnie", "cni", "passport", "permit")
DEGRADATIONS = (
    "blur",
    "motion",
    "glare",
    "dark",
    "bright",
    "black_and_white",
    "jpeg",
    "perspective",
    "rotation",
    "small",
    "cut_off",
    "screen",
)
SPECIES = (
    "printed_photo",
    "photo_on_screen",
    "still_image",
    "replayed",
    "replayed_reencoded",
    "wrong_digits_written",
    "wrong_digits_spoken",
    "too_few_digits",
    "wrong_gesture",
    "other_person",
    "face_swap",
    "no_sound",
)
TYPES = {"webm": "video/webm", "mp4": "video/mp4", "mkv": "video/x-matroska"}
