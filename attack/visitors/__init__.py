"""What anybody who can reach the service may send to it."""
