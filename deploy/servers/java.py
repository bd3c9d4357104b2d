"""Finds a Java that both servers run on: 21 or newer, with the vector module that Elasticsearch loads."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from deploy.servers.account import Account
from deploy.servers.addresses import ServersUnavailable

LEAST_VERSION = 21
NEEDED_MODULE = "jdk.incubator.vector"
MISSING = (
    f"no Java {LEAST_VERSION} or newer with the module {NEEDED_MODULE}: install a full JDK "
    "(Debian: `apt install openjdk-21-jdk-headless`, or Eclipse Temurin) or set ES_JAVA_HOME"
)


def find_java(account: Account | None = None) -> Path:
    """The home of the first suitable Java: ES_JAVA_HOME, JAVA_HOME, /usr/lib/jvm, then PATH."""
    for home in _candidates():
        if _is_suitable(home) and (account is None or account.can_reach(home / "bin" / "java")):
            return home
    raise ServersUnavailable(MISSING)


def _candidates() -> Iterator[Path]:
    for variable in ("ES_JAVA_HOME", "JAVA_HOME"):
        if os.environ.get(variable):
            yield Path(os.environ[variable])
    for folder in ("/usr/lib/jvm", "/Library/Java/JavaVirtualMachines"):
        yield from sorted(Path(folder).glob("*"), reverse=True)
        yield from sorted(Path(folder).glob("*/Contents/Home"), reverse=True)
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path).resolve().parent.parent


def _is_suitable(home: Path) -> bool:
    java = home / "bin" / "java"
    if not os.access(java, os.X_OK):
        return False
    listed = subprocess.run([java, "--list-modules"], capture_output=True, text=True, check=False).stdout
    return describes_suitable_java(listed)


def describes_suitable_java(modules: str) -> bool:
    """Whether the output of `java --list-modules` is of a version and with the module that we need."""
    version = re.search(r"^java\.base@(\d+)", modules, re.MULTILINE)
    return version is not None and int(version[1]) >= LEAST_VERSION and f"{NEEDED_MODULE}@" in modules
