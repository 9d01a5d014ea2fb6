"""Reports into a folder of Google Drive that the company names: by Google's own client and a service account's key; off by default.

Nothing else goes there: pictures of screens stay sealed on the server, because a look at a copy could not be written down.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from server.settings import Settings

SCOPE = "https://www.googleapis.com/auth/drive"
TIMEOUT_SECONDS = 60


class Upload(NamedTuple):
    """A file that goes there."""

    media: str
    content: bytes


class CannotUploadError(Exception):
    """The files did not go there; the sentence says why, without any secret."""


def is_set_up(settings: Settings) -> bool:
    """Return whether a folder and a key for it are named."""
    return bool(settings.drive_folder and settings.drive_key_file)


def upload(settings: Settings, files: Mapping[str, Upload]) -> None:
    """Put files into the folder, each once however often this is tried; raise CannotUploadError."""
    try:  # an optional package, and a large one: requirements-drive.txt
        from google.auth.exceptions import GoogleAuthError
        from googleapiclient.errors import Error
        from httplib2 import HttpLib2Error
    except ImportError:
        raise CannotUploadError("Google's client is not installed: pip install -r requirements-drive.txt") from None
    try:
        service = _service(Path(settings.drive_key_file))
        for name, one in files.items():
            if not _is_there(service, settings.drive_folder, name):
                _put(service, settings.drive_folder, name, one)
    except (GoogleAuthError, Error, HttpLib2Error, OSError, ValueError, KeyError) as fault:
        raise CannotUploadError(f"Google Drive: {fault}") from None


def _service(key: Path) -> Any:
    from google.oauth2.service_account import Credentials
    from google_auth_httplib2 import AuthorizedHttp
    from googleapiclient.discovery import build
    from httplib2 import Http

    credentials = Credentials.from_service_account_file(str(key), scopes=[SCOPE])
    http = AuthorizedHttp(credentials, http=Http(timeout=TIMEOUT_SECONDS))
    return build("drive", "v3", http=http, cache_discovery=False, static_discovery=True)


def _is_there(service: Any, folder: str, name: str) -> bool:
    """Return whether an earlier try, whose answer was lost, put it there."""
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    asked = f"name = '{quoted}' and '{folder}' in parents and trashed = false"
    found = service.files().list(q=asked, fields="files(id)", supportsAllDrives=True, includeItemsFromAllDrives=True).execute()
    return bool(found.get("files"))


def _put(service: Any, folder: str, name: str, one: Upload) -> None:
    from googleapiclient.http import MediaIoBaseUpload

    media = MediaIoBaseUpload(io.BytesIO(one.content), mimetype=one.media, resumable=False)
    service.files().create(body={"name": name, "parents": [folder]}, media_body=media, fields="id", supportsAllDrives=True).execute()
