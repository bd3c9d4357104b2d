"""The embedded servers' files: fetched from Maven Central once, checked against pinned checksums, shared by all."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.servers.account import Account, cache_folder
from deploy.servers.addresses import ServersUnavailable

POM = Path(__file__).with_name("pom.xml")
CHECKSUMS = Path(__file__).with_name("checksums.txt")
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
MISSING_MAVEN = (
    "the embedded servers are fetched with Maven, which is not installed: `apt install maven`, "
    "or start Docker, or set PETITIONS_KAFKA and PETITIONS_ELASTICSEARCH"
)


@dataclass(frozen=True, slots=True)
class Distribution:
    """Both servers, unpacked and checked."""

    kafka_jars: Path
    elasticsearch: Path


def distribution(account: Account | None, java_home: Path) -> Distribution:
    """The unpacked servers of the pinned versions; downloaded on first use, by one process at a time."""
    cache = cache_folder(account)
    pinned = hashlib.sha256(POM.read_bytes() + CHECKSUMS.read_bytes()).hexdigest()[:16]
    folder = cache / f"servers-{pinned}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with file_lock(cache / ".lock"):
            if not folder.exists():
                _install(folder, java_home)
    return Distribution(folder / "kafka", next((folder / "elasticsearch").iterdir()))


@contextlib.contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold a lock between processes; released by the system should we die."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _install(folder: Path, java_home: Path) -> None:
    """Prepare everything beside its place and move it there in one step, so that half an install is never used."""
    print("fetching Kafka and Elasticsearch from Maven Central (once, about 170 MB) ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as name:
        work = Path(name)
        jars = work / "ready" / "kafka"
        jars.mkdir(parents=True)
        _fetch(jars, java_home)
        verify(jars, CHECKSUMS.read_text())
        _unpack(next(jars.glob("elasticsearch-*.zip")), work / "ready" / "elasticsearch")
        for path in (work / "ready").rglob("*"):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        (work / "ready").chmod(0o755)
        (work / "ready").rename(folder)


def _fetch(target: Path, java_home: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ServersUnavailable(MISSING_MAVEN)
    shutil.copy(POM, target.parent / "pom.xml")
    done = subprocess.run(
        [
            maven,
            "--batch-mode",
            "--quiet",
            f"--file={target.parent / 'pom.xml'}",
            f"{PLUGIN}:copy-dependencies",
            "-DincludeScope=runtime",
            f"-DoutputDirectory={target}",
        ],
        env=os.environ | {"JAVA_HOME": str(java_home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = next((line for line in done.stdout.splitlines() if "ERROR" in line), "no message")
        raise ServersUnavailable(f"Maven could not fetch the servers: {said.strip()}")


def verify(folder: Path, checksums: str) -> None:
    """Exactly the pinned files, each with its SHA-256; raises with the names of those that differ."""
    pinned = {name: digest for digest, name in (line.split() for line in checksums.splitlines())}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    differing = sorted(name for name in pinned.keys() | found.keys() if pinned.get(name) != found.get(name))
    if differing:
        raise ServersUnavailable("downloaded files are not the pinned ones: " + ", ".join(differing))


def _unpack(archive: Path, target: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(target)
    archive.unlink()
