"""Servers never run as root: as root they get an unprivileged account and folders that it can reach."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from deploy.servers.addresses import ServersUnavailable
from schemas.keys import digest

CANDIDATES = ("petitions", "elasticsearch", "nobody")
PRODUCT = "petitions-platform"


@dataclass(frozen=True, slots=True)
class Account:
    """The user under which servers run while we are root."""

    uid: int
    gid: int

    def can_reach(self, path: Path) -> bool:
        """Whether every folder on the way to the path lets this user pass."""
        return all(self._may_pass(folder) for folder in path.resolve().parents)

    def _may_pass(self, folder: Path) -> bool:
        if not folder.exists():
            return True  # will be created by us, open enough
        info = folder.stat()
        needed = stat.S_IXUSR if info.st_uid == self.uid else stat.S_IXOTH
        return bool(info.st_mode & needed)

    def own(self, folder: Path) -> None:
        """Give a folder and all in it to this user, closed to others."""
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)
        folder.chmod(0o700)


def unprivileged_account() -> Account | None:
    """The account for servers, None where we are an ordinary user already."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise ServersUnavailable("Elasticsearch does not run as root: create a user, `useradd --system petitions`")


def data_folder(home: Path, account: Account | None) -> Path:
    """Where an instance's servers keep their data: under its home, or for root where the account can reach it."""
    wanted = home.resolve() / "servers"
    if account is None or account.can_reach(wanted):
        return wanted
    return Path("/var/lib") / PRODUCT / digest("home", str(home.resolve()))


def cache_folder(account: Account | None) -> Path:
    """Where downloads are kept, outside every checkout."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    wanted = Path(base).expanduser() / PRODUCT
    if account is None or account.can_reach(wanted / "x"):
        return wanted
    return Path("/var/cache") / PRODUCT
