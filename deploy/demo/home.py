"""A home that is made anew for each run, and nothing else is ever removed."""

import shutil
from datetime import datetime
from pathlib import Path

from deploy.demo.province import profiles_dir
from deploy.instance import bring_down
from deploy.servers.containers import docker_is_usable
from deploy.servers.instance import Instance
from schemas.settings import Settings

MARK = "made-by-petitions"
DEFAULT_HOME = Path("~/.local/share/petitions/demo")
DEMO_PREFIX = "demo"


class NotOurs(RuntimeError):
    """A folder that is not empty and that no earlier run made."""


def fresh_settings(home: Path, now: datetime, given: Settings) -> Settings:
    """The settings of a run in `home`; on servers that other runs share, under a prefix of its own."""
    own_servers = not (given.kafka or given.elasticsearch or docker_is_usable(needs_compose=True))
    prefix = DEMO_PREFIX if own_servers else f"{DEMO_PREFIX}-{now:%m%d%H%M%S}"
    values: dict[str, object] = {"home": home.expanduser().absolute(), "profiles_dir": profiles_dir()}
    if "prefix" not in given.model_fields_set:
        values["prefix"] = prefix
    values |= {port: 0 for port in ("gateway_port", "console_port") if port not in given.model_fields_set}
    return given.model_copy(update=values)


def make_home(settings: Settings) -> None:
    """Stop what an earlier run left in this home, remove it, and begin with an empty one."""
    home = settings.folder
    if home.exists():
        if any(home.iterdir()) and not (home / MARK).exists():
            raise NotOurs(f"{home} is not empty and was not made by this command: name another folder with --home")
        remove_home(settings)
    home.mkdir(parents=True, mode=0o711)
    (home / MARK).touch()


def remove_home(settings: Settings) -> None:
    """Stop the instance and remove its home with the data of its servers."""
    known = Instance.read(settings.folder)
    bring_down(settings)
    if known is not None and known.folder is not None:
        shutil.rmtree(known.folder, ignore_errors=True)
    shutil.rmtree(settings.folder, ignore_errors=True)
