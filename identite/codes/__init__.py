"""One-time codes: drawn and compared (`one_time`), what each use says of itself (`use`), its page (`forms`, `views`)."""
