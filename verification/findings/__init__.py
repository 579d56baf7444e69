"""The sentences that go with the findings of the checks, for the citizen and for the agent."""
