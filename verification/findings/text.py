"""What one finding says, in two sentences: one for the citizen, one for the agent."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class FindingText:
    """citizen: the cause and the cure, plain words. agent: what was measured, and what it may mean."""

    citizen: str | Promise
    agent: str | Promise
