"""Every arrow of the enrollment, from every state."""

import pytest

from enrollment import transitions
from enrollment.models import Enrollment, EnrollmentState
from identite.journal import Journal
from identite.transitions import TransitionNotAllowed
from tests.enrollment.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", EnrollmentState.values)
@pytest.mark.parametrize("name", sorted(transitions.ARROWS))
def test_an_arrow_is_followed_from_its_states_and_from_no_other(name, state):
    enrollment = EnrollmentFactory(confirmed=True)
    Enrollment.objects.filter(pk=enrollment.pk).update(state=state)
    arrow = transitions.ARROWS[name]
    if state in arrow.from_:
        assert transitions.move(enrollment, name, label="test").state == arrow.to
        assert Journal.objects.filter(chain=enrollment.pk, event=name, before=state, after=arrow.to).count() == 1
    else:
        with pytest.raises(TransitionNotAllowed):
            transitions.move(enrollment, name, label="test")
        assert Enrollment.objects.get(pk=enrollment.pk).state == state
        assert not Journal.objects.exists()
