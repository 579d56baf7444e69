"""Commands around the code: the environment, the demo, services for tests. No room imports them."""
