"""The postal agents' pages, `/guichet/`: today's list, the search, the meeting step by step."""
