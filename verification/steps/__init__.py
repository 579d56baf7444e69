"""The ordered steps 23 to 27. The letter's own page (22) stands before them: it grants the access."""

from identite.funnel import Funnel
from verification.models import Verification
from verification.steps import back, document, document_ok, front, means, overview, tracking, video, video_intro
from verification.views import VerificationMixin

VERIFICATION: Funnel[Verification] = Funnel(
    namespace="verification",
    steps=(
        means.STEP,
        overview.STEP,
        document.STEP,
        front.STEP,
        back.STEP,
        document_ok.STEP,
        video_intro.STEP,
        video.STEP,
        tracking.STEP,
    ),
)
VerificationMixin.funnel = VERIFICATION
