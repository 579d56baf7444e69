"""Backup and restore: the database as it is at one moment, then every file of the evidence storage, as they lie: sealed.

    DIR/manifest.json     what it is: schema, keys (marks, no key), digest of every file
    DIR/database          SQLite: the database; PostgreSQL: an archive of pg_dump
    DIR/files/…           evidence and anchors of the journal, under their own names

A file is written before the row that names it, so the database is copied before the evidence: every row of a backup finds
its file. Anchors are copied before the database.
"""

import base64
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from identite import anchors, seals
from identite.crypto import DecryptionError, current_key, decrypt, digest, encrypt, same

MANIFEST, DATABASE, FILES = "manifest.json", "database", "files"
PURPOSE = "backup"


class BackupError(Exception):
    """The sentence says what to do. Nothing was changed."""


def schema() -> dict[str, str]:
    """The newest migration of every app: what the tables look like."""
    return dict(sorted(MigrationLoader(None).graph.leaf_nodes()))


def stored_names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Every file below `folder`, by its whole name."""
    with suppress(FileNotFoundError):  # nothing was stored yet
        folders, names = storage.listdir(folder)
        prefix = f"{folder}/" if folder else ""
        yield from (prefix + name for name in sorted(names))
        for name in sorted(folders):
            yield from stored_names(storage, prefix + name)


def make(target: Path) -> dict[str, Any]:
    """Back up into an empty or new folder. Returns the manifest. Raises BackupError."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(f"{target} is not empty: name a new folder.")
    os.umask(0o077)
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)
    made_at = timezone.now().isoformat()
    storage = storages["anchors"]  # the evidence storage, without opening what lies there
    digests: dict[str, str] = {}
    # No anchor is newer than the journal that it anchors; no row is newer than the files that it names.
    _copy(storage, stored_names(storage, anchors.FOLDER), target, digests)
    _dump(target / DATABASE)
    digests[DATABASE] = _checksum(target / DATABASE)
    evidence = (name for name in stored_names(storage) if not name.startswith(f"{anchors.FOLDER}/"))
    _copy(storage, evidence, target, digests)
    manifest = {
        "made_at": made_at,
        "engine": connection.vendor,
        "schema": schema(),
        "keys": {
            "DATA_KEYS": [current_key(), base64.b64encode(encrypt(made_at.encode(), context=PURPOSE)).decode()],
            "DIGEST_KEY": digest(PURPOSE, made_at),
            "JOURNAL_KEYS": [seals.present_key(), seals.seal(PURPOSE, made_at.encode(), key=seals.present_key())],
        },
        "files": digests,
    }
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1))
    return manifest


def _copy(storage: Storage, names: Iterable[str], target: Path, digests: dict[str, str]) -> None:
    for name in names:
        copy = target / FILES / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            with storage.open(name, "rb") as file:
                copy.write_bytes(file.read())
        except FileNotFoundError:  # erased since it was listed
            continue
        digests[f"{FILES}/{name}"] = _checksum(copy)


def restore(source: Path) -> dict[str, Any]:
    """Put a backup where nothing is. Everything is looked at before anything is written. Raises BackupError."""
    manifest = _read(source)
    _check_version(manifest)
    _check_keys(manifest)
    _check_files(source, manifest)
    storage = storages["anchors"]
    if connection.introspection.table_names():
        raise BackupError("The database is not empty: restore into a new one (DATABASE_URL, or another VAR_DIR).")
    if next(stored_names(storage), None) is not None:
        raise BackupError(
            "The evidence storage is not empty: restore into a new one (EVIDENCE_STORAGE_OPTIONS, VAR_DIR)."
        )
    os.umask(0o077)
    _load(source / DATABASE)
    for path in manifest["files"]:
        if path != DATABASE:
            name = path.removeprefix(f"{FILES}/")
            if storage.save(name, ContentFile((source / path).read_bytes())) != name:
                raise BackupError(f"{name} could not be written under its own name: it would not open.")
    return manifest


# --- The database ---


def _dump(target: Path) -> None:
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(_sqlite_path())) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    else:
        _postgresql("pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def _load(source: Path) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(_sqlite_path())) as target:
            copy.backup(target)
    else:
        _postgresql("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(source))


def _sqlite_path() -> str:
    path = str(connection.settings_dict["NAME"])
    if path == ":memory:" or (path.startswith("file:") and "mode=memory" in path):
        raise BackupError("A database in memory has nothing to keep.")
    return path


def _postgresql(program: str, *arguments: str) -> None:
    """The password goes by the environment: what a command was called with is seen by everybody on the machine."""
    given = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    told = {names[name]: str(value) for name, value in given.items() if name in names and value}
    if program == "pg_restore":
        arguments = (f"--dbname={given['dbname']}", *arguments)
    if not shutil.which(program):
        raise BackupError(f"{program} is not installed here: install PostgreSQL's client, of the server's version.")
    done = subprocess.run(  # noqa: S603  (our own arguments)
        [program, *arguments], env={**os.environ, **told}, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()}")


# --- What a restore refuses ---


def _read(source: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupError(f"{source} holds no whole backup: {MANIFEST} is missing or damaged.") from error
    return manifest


def _check_version(manifest: dict[str, Any]) -> None:
    if manifest["engine"] != connection.vendor:
        raise BackupError(f"It is a backup of {manifest['engine']}, and DATABASE_URL names {connection.vendor}.")
    here = schema()
    other = sorted(app for app in {*here, *manifest["schema"]} if here.get(app) != manifest["schema"].get(app))
    if other:
        raise BackupError(
            "It was made by another version of this project: "
            + "; ".join(f"{app} {manifest['schema'].get(app, '–')}, here {here.get(app, '–')}" for app in other)
            + ". Restore it with that version, then upgrade."
        )


def _check_keys(manifest: dict[str, Any]) -> None:
    made_at, keys = manifest["made_at"], manifest["keys"]
    missing = []
    try:
        decrypt(base64.b64decode(keys["DATA_KEYS"][1]), context=PURPOSE)
    except DecryptionError:
        missing.append(f"DATA_KEYS (id {keys['DATA_KEYS'][0]})")
    if not same(keys["DIGEST_KEY"], digest(PURPOSE, made_at)):
        missing.append("DIGEST_KEY")
    key_id, mark = keys["JOURNAL_KEYS"]
    try:
        known = same(mark, seals.seal(PURPOSE, made_at.encode(), key=key_id))
    except seals.UnknownKey:
        known = False
    if not known:
        missing.append(f"JOURNAL_KEYS (id {key_id})")
    if missing:
        raise BackupError(f"It was made with other keys: {', '.join(missing)}. Put those of then into the environment.")


def _check_files(source: Path, manifest: dict[str, Any]) -> None:
    for path, told in manifest["files"].items():
        if not (source / path).is_file() or _checksum(source / path) != told:
            raise BackupError(f"{path} is missing or was changed since: this backup is not whole.")


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
