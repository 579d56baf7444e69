"""A funnel is an ordered list of steps about one row, its *subject*. URL, guard, side bar, progress, back and resume come from it.

What page is open is computed from saved answers, never stored; so another device, a worker and an agent see the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.views.generic import FormView, View

Subject = TypeVar("Subject")
Text = str | Promise


@dataclass(frozen=True, kw_only=True, eq=False)  # there is one of each: compared and found by identity
class Step(Generic[Subject]):
    """One page of a funnel. `slug` names its URL, module, template and test file.

    group: heading under which the side bar lists it. is_done: reads saved answers. applies: is this step on the
    subject's way at all? shown: does it stand in the side bar?
    """

    slug: str
    title: Text
    view: type[View]
    is_done: Callable[[Subject], bool]
    applies: Callable[[Subject], bool] = lambda subject: True
    group: Text = ""
    shown: bool = True


@cache
def _address(name: str) -> str:
    """A page names the addresses of all its neighbours; they never change."""
    return reverse(name)


@dataclass(frozen=True)
class Funnel(Generic[Subject]):
    """The ordered steps. Every question about order is answered here."""

    namespace: str
    steps: tuple[Step[Subject], ...]

    def route(self, subject: Subject) -> list[Step[Subject]]:
        return [step for step in self.steps if step.applies(subject)]

    def first_open(self, subject: Subject) -> Step[Subject]:
        """The page where this subject stands: the first undone step, or the last one when all are done."""
        route = self.route(subject)
        return next((step for step in route if not step.is_done(subject)), route[-1])

    def may_visit(self, subject: Subject, step: Step[Subject]) -> bool:
        for candidate in self.route(subject):
            if candidate == step:
                return True
            if not candidate.is_done(subject):
                return False
        return False

    def before(self, subject: Subject, step: Step[Subject]) -> Step[Subject] | None:
        """Where «Retour» leads."""
        route = self.route(subject)
        place = route.index(step)
        return route[place - 1] if place else None

    def url(self, step: Step[Subject]) -> str:
        return _address(f"{self.namespace}:{step.slug}")

    def progress(self, subject: Subject, current: Step[Subject]) -> list["Mark"]:
        """The side bar: every shown step of the route, with its state."""
        return list(self._marks(subject, current))

    def _marks(self, subject: Subject, current: Step[Subject]) -> Iterator["Mark"]:
        reachable = True
        for step in self.route(subject):
            done = step.is_done(subject)
            if step.shown:
                yield Mark(step, self.url(step), done, step == current, reachable)
            reachable = reachable and done

    def urlpatterns(self) -> list[URLPattern]:
        """One address a step; each view is told its step and its funnel here."""
        return [path(f"{step.slug}/", step.view.as_view(step=step, funnel=self), name=step.slug) for step in self.steps]


@dataclass(frozen=True)
class Mark:
    """One line of the side bar."""

    step: Step[Any]
    url: str
    done: bool
    current: bool
    reachable: bool


class StepMixin(View):
    """Load the subject, guard the order, give the template its surroundings.

    Each room's base class has its `get_subject`, which returns the subject, or a response (the login page) for a
    visitor who has none, and may add to `guard`.
    """

    # Both set by as_view(), in Funnel.urlpatterns.
    step: Step[Any] = None  # type: ignore[assignment]
    funnel: Funnel[Any] = None  # type: ignore[assignment]
    subject: Any

    def get_subject(self, request: HttpRequest) -> Any:
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        subject = self.get_subject(request)
        if isinstance(subject, HttpResponseBase):
            return subject
        self.subject = subject
        return self.guard() or super().dispatch(request, *args, **kwargs)

    def guard(self) -> HttpResponseBase | None:
        """Where a visitor goes who may not be here, None for the others."""
        if self.funnel.may_visit(self.subject, self.step):
            return None
        return redirect(self.next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        before = self.funnel.before(self.subject, self.step)
        return super().get_context_data(  # type: ignore[misc,no-any-return]
            subject=self.subject,
            step=self.step,
            route=self.side_bar(),
            back_url=self.funnel.url(before) if before else "",
            **kwargs,
        )

    def side_bar(self) -> list[Mark]:
        """What the side bar lists; nothing where there is none."""
        return self.funnel.progress(self.subject, self.step)

    def next_url(self) -> str:
        return self.funnel.url(self.funnel.first_open(self.subject))


class StepView(StepMixin, FormView):  # type: ignore[type-arg]  # generic in the stubs only
    """A step with a form. The form's `save(subject)` writes the answers; the funnel says where to go on."""

    def get_template_names(self) -> list[str]:
        return [self.template_name or f"{self.funnel.namespace}/{self.step.slug.replace('-', '_')}.html"]

    def form_valid(self, form: Any) -> HttpResponse:
        form.save(self.subject)
        return redirect(self.next_url())
