"""How one official reads: language and colours, in two cookies that hold nothing else."""

from dataclasses import dataclass
from typing import Final, Self

from fastapi import Request
from fastapi.responses import Response

from consumers.console.texts import LANGUAGES

THEMES: Final = ("auto", "light", "dark")
A_YEAR_S: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was chosen, or what is usual."""

    language: str = LANGUAGES[0]
    theme: str = THEMES[0]

    @classmethod
    def of(cls, request: Request) -> Self:
        """What the browser sent; nonsense counts as nothing chosen."""
        language, theme = request.cookies.get("language", ""), request.cookies.get("theme", "")
        return cls(language if language in LANGUAGES else LANGUAGES[0], theme if theme in THEMES else THEMES[0])

    def keep(self, response: Response, *, is_https: bool) -> None:
        """Set both cookies."""
        for name, value in (("language", self.language), ("theme", self.theme)):
            response.set_cookie(
                name, value, max_age=A_YEAR_S, httponly=True, secure=is_https, samesite="lax", path="/"
            )


def local(path: str) -> str:
    """The path, where it is one of this console; else its beginning. Nobody is led elsewhere by a link to us."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_local else "/"
