"""Sessions in signed cookies. Each ends half an hour after its last use, at the latest eight hours after it began.

What a session may do is not in the cookie: the user is looked up with each request, so a right that was taken away is
gone at once. A session that was ended is remembered until it would have ended by itself.
"""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from itsdangerous import BadSignature, URLSafeSerializer

IDLE_S = 30 * 60
LONGEST_S = 8 * 3600
RENEW_AFTER_S = 60
"""A cookie that is younger is not written again."""


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of one user."""

    session_id: str
    name: str
    csrf: str
    """What a page must send back with each request that changes something."""
    began: int
    used: int
    """Seconds since the epoch, as are all times here."""

    @property
    def ends(self) -> int:
        """When it ends unless it is used before."""
        return min(self.used + IDLE_S, self.began + LONGEST_S)


class Sessions:
    """Begins, recognises and ends sessions."""

    def __init__(self, key: str, clock: Callable[[], float], *, is_https: bool) -> None:
        """Without https, on this machine only, a cookie cannot be marked as secure."""
        self._serializer = URLSafeSerializer(key, salt="session")
        self._clock = clock
        self._is_https = is_https
        self._ended: dict[str, int] = {}

    @property
    def cookie(self) -> str:
        """Name of the cookie; the prefix makes browsers refuse it from anywhere else."""
        return "__Host-session" if self._is_https else "session"

    def begin(self, name: str) -> Session:
        """A new session of a user who has proved who it is."""
        now = int(self._clock())
        return Session(secrets.token_urlsafe(16), name, secrets.token_urlsafe(16), now, now)

    def read(self, value: str) -> Session | None:
        """The session of a cookie, unless it was forged, ended or is too old."""
        try:
            session = Session(**self._serializer.loads(value))
        except (BadSignature, TypeError):
            return None
        return session if self.is_open(session) else None

    def is_open(self, session: Session) -> bool:
        """Whether it neither ended nor is too old."""
        return session.ends > self._clock() and session.session_id not in self._ended

    def end(self, session: Session) -> None:
        """Forget it everywhere, whoever still has the cookie."""
        now = self._clock()
        self._ended = {one: ends for one, ends in self._ended.items() if ends > now}
        self._ended[session.session_id] = session.began + LONGEST_S

    def renewal(self, session: Session) -> str | None:
        """The `Set-Cookie` header of a session that goes on; None while the present one is fresh."""
        now = int(self._clock())
        if now - session.used < RENEW_AFTER_S or session.session_id in self._ended:
            return None
        return self.header(Session(session.session_id, session.name, session.csrf, session.began, now))

    def header(self, session: Session | None) -> str:
        """The `Set-Cookie` header of a session, or the one that removes it."""
        value = self._serializer.dumps(asdict(session)) if session else ""
        age = session.ends - session.used if session else 0
        secure = "; Secure" if self._is_https else ""
        return f"{self.cookie}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"

    @property
    def now(self) -> datetime:
        """The present moment."""
        return datetime.fromtimestamp(self._clock(), UTC)
