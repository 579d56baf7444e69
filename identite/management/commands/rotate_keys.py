"""`manage.py rotate_keys`: everything that is sealed comes under the first of DATA_KEYS, and digests under DIGEST_KEY."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from identite.crypto import current_key, known_keys
from identite.sealing import Pass, evidence_columns, rows_left, seal_files, seal_table, sealed_tables

MOST_WALKS = 20  # rows that somebody holds wait for the next walk; so many of them in a row are no coincidence
SECONDS_BETWEEN_WALKS = 1


class Command(BaseCommand):
    help = (
        "Seal all columns and evidence files again with the first of DATA_KEYS, and renew digests. Runs beside the "
        "service once that was started with the new key; may be broken off and run again. Says which keys can go."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for _walk in range(MOST_WALKS):
            changed, faults = self._walk()
            if faults:
                self.stderr.write("\n".join(faults[:50]))
                raise CommandError(f"{len(faults)} do not open: no key may go before these are explained.")
            left = 0 if changed else sum(map(rows_left, sealed_tables()))
            if not changed and not left:
                break
            if left:
                time.sleep(SECONDS_BETWEEN_WALKS)
        else:
            raise CommandError(
                f"{left} rows are held by somebody, no key may go: end what holds them, then run this again."
                if left
                else "Something keeps writing with an old key: restart every web server, worker and beat."
            )
        *others, last = known_keys()[1:] or [""]
        if last:
            self.stdout.write(
                f"Everything is under {current_key()}: {', '.join([*others, last])} can go from DATA_KEYS."
            )
        else:
            self.stdout.write(f"Everything is under {current_key()}, the only key there is.")

    def _walk(self) -> tuple[int, list[str]]:
        """Once over everything: how much was changed, what does not open."""
        passes: dict[str, Pass] = {}
        for model in sealed_tables():
            passes[model._meta.label] = seal_table(model)
        for model, column in evidence_columns():
            passes[f"files of {model._meta.label}.{column.attname}"] = seal_files(model, column)
        for name, done in passes.items():
            self.stdout.write(f"{name}: {done.changed} of {done.seen} sealed again")
        return sum(done.changed for done in passes.values()), [
            fault for done in passes.values() for fault in done.faults
        ]
