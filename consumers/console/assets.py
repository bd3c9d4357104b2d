"""Style sheet, scripts and pictures of the pages. All are shipped; nothing is fetched from elsewhere."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from consumers.api.backend import Backend
from consumers.api.errors import not_found
from schemas.keys import digest

TYPES: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
FOR_EVER: Final = "public, max-age=31536000, immutable"
"""An address holds the digest of what lies there, so another content has another address."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file."""

    media_type: str
    version: str
    compressed: bytes = field(repr=False)


@cache
def assets() -> Mapping[str, Asset]:
    """Name → file, of ours and of others."""
    folder = files("consumers.console") / "assets"
    return {one.name: _read(one) for part in (folder, folder / "vendor") for one in part.iterdir() if one.is_file()}


def address(name: str) -> str:
    """Where a file is to be had."""
    return f"/assets/{name}?v={assets()[name].version}"


def asset_routes(_backend: Backend) -> APIRouter:
    """The route of the files; public, because the sign-in page needs them."""
    routes = APIRouter()

    @routes.get("/assets/{name}")
    def asset(name: str, request: Request) -> Response:
        """One file, compressed where the browser takes it."""
        found = assets().get(name)
        if found is None:
            raise not_found()
        headers, content = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}, found.compressed
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
        else:
            content = gzip.decompress(content)
        return Response(content, headers=headers, media_type=found.media_type)

    return routes


def _read(file: Traversable) -> Asset:
    content = file.read_bytes()
    return Asset(TYPES[file.name.rpartition(".")[2]], digest(content.hex(), size=6), gzip.compress(content, mtime=0))
