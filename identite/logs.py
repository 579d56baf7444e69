"""Log lines as JSON, one a line. Messages carry identifiers, never personal data."""

import json
import logging
from datetime import UTC, datetime


class JsonFormatter(logging.Formatter):
    """`timestamp` (ISO 8601, UTC), `level`, `logger`, `event`, and `exception` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
