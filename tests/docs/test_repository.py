"""The repository holds what it should, and nothing of the machine it was made on."""

import ast
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("producers", "processors", "consumers", "schemas", "deploy")
TOP_LEVEL = {
    *PACKAGES,
    *("tests", "docs", ".ci", ".git", ".gitignore"),
    *("pyproject.toml", "requirements.lock", "Makefile"),
    *("README.md", "GLOSSARY.md", "CHANGELOG.md", "LICENSE", "NOTICE"),
}
KNOW_IDENTITIES = {
    "schemas.topics",  # names the type of the identity topic
    "producers.formats.validation",  # reads the petitioner's columns
    "producers.pseudonyms",  # makes the pseudonym
    "producers.keyring",  # seals and opens
    "producers.publisher",  # carries the sealed identity to its topic
}
HOSTS = {
    "127.0.0.1",
    "localhost",
    "elasticsearch",  # names of services, never of machines
    "petitions-es-http",
    "prometheus",
    "json-schema.org",  # names the dialect
    "maven.apache.org",  # names the form of a pom
    "www.apache.org",  # the licence's own text
    "www.w3.org",  # names the form of a drawing
    "e",  # made up, in tests
    "gateway",  # made up, in tests
    "console.test",  # made up, in tests
    "elsewhere.test",  # made up, in tests
    "provider.test",  # made up, in tests
}
OF_OTHERS = {
    "consumers/console/assets/vendor/echarts.common.min.js": (
        "61f13280aba3161f77fc801bf5f9c786f55f10432153a0683fc5cc0700b013d5"
    ),
    "consumers/console/assets/vendor/htmx.min.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
}
"""Files as their makers published them, with their SHA-256: their texts are not ours to change."""
NOT_TEXT = {".xz", ".xlsx", ".gz", ".png"}
HOST = re.compile(r"https?://([\w-][\w.-]*)", re.ASCII)
FOLDER_OF_A_MACHINE = re.compile(r"(?<![\w.}*/~-])/(?:home|root|Users|work|workspace|mnt|tmp)/[\w.-]+")
PACKAGE_INDEX = re.compile(r"--(?:extra-)?index-url[ =]\S|artifactory|\bnexus\b|/simple/", re.IGNORECASE)


def ignored() -> list[str]:
    return [line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines() if line]


def is_ignored(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in ignored())


def files() -> Iterator[Path]:
    """Every text file of the repository."""
    for top in sorted(TOP_LEVEL - {".git"}):
        path = ROOT / top
        inner = path.rglob("*") if path.is_dir() else [path]
        for file in inner:
            is_kept = not any(is_ignored(part) for part in file.relative_to(ROOT).parts)
            if is_kept and file.is_file() and file.suffix not in NOT_TEXT:
                yield file


def texts() -> Iterator[tuple[str, str]]:
    for file in files():
        if file != Path(__file__) and file.relative_to(ROOT).as_posix() not in OF_OTHERS:
            yield file.relative_to(ROOT).as_posix(), file.read_bytes().decode("utf-8", "replace")


def imports(source: str) -> Iterator[str]:
    """Every module that a source imports, also `from package import module`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (one.name for one in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield module
                yield from (f"{module}.{one.name}" for one in names)


def importers(module: str) -> set[str]:
    found = set()
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            if module in imports(file.read_text("utf-8")):
                found.add(".".join(file.relative_to(ROOT).with_suffix("").parts))
    return found


def test_the_top_level_holds_only_what_is_allowed() -> None:
    assert {path.name for path in ROOT.iterdir() if not is_ignored(path.name)} <= TOP_LEVEL


@pytest.mark.parametrize("name", sorted(TOP_LEVEL - {".git", "requirements.lock"}))
def test_what_a_reader_expects_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_only_listed_modules_know_the_types_that_hold_an_identity() -> None:
    assert importers("schemas.identity") == KNOW_IDENTITIES


def test_only_two_modules_and_the_worker_import_the_engine() -> None:
    engine = {one for name in ("faust", "faust.worker", "faust.transport.consumer") for one in importers(name)}
    assert engine == {"processors.app", "processors.delivery", "processors.__main__"}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import schemas.identity", True),
        ("from schemas import identity", True),
        ("from schemas.identity import Petitioner", True),
        ("def f():\n    from schemas.identity import Petitioner", True),
        ("from schemas import events", False),
        ("# import schemas.identity", False),
    ],
)
def test_every_way_of_importing_is_noticed(source: str, found: bool) -> None:
    assert ("schemas.identity" in imports(source)) is found


def test_files_of_others_are_as_they_were_published() -> None:
    vendor = {path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*/vendor/*") if ".venv" not in path.parts}
    assert {name: sha256((ROOT / name).read_bytes()).hexdigest() for name in vendor} == OF_OTHERS


def test_no_folder_of_a_machine_is_named() -> None:
    found = [f"{path}: {place}" for path, text in texts() for place in FOLDER_OF_A_MACHINE.findall(text)]
    assert found == []


def test_no_server_of_anybody_is_named() -> None:
    assert {host.rstrip(".") for _, text in texts() for host in HOST.findall(text)} <= HOSTS


def test_no_package_index_is_named() -> None:
    assert [path for path, text in texts() if PACKAGE_INDEX.search(text)] == []


@pytest.mark.parametrize(
    ("line", "is_named"),
    [
        ("see /home/someone/project", True),
        ("open('/tmp/x/y')", True),
        ("/usr/lib/jvm", False),
        ("~/.local/share/petitions", False),
        ("{root}/tmp/x", False),
    ],
)
def test_a_folder_of_a_machine_is_noticed(line: str, is_named: bool) -> None:
    assert bool(FOLDER_OF_A_MACHINE.search(line)) is is_named


def test_the_licences_are_told() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")[:200]
    notice = (ROOT / "NOTICE").read_text("utf-8")
    ours = ("CC BY 4.0", "CC0 1.0", "WTFPL", "National Bureau of Statistics")
    for word in (*ours, "Apache Kafka", "Elasticsearch", "Apache ECharts", "htmx"):
        assert word in notice


def test_the_package_is_described_in_a_form_that_setuptools_goes_on_to_accept() -> None:
    described = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert described["project"]["license"] == "Apache-2.0"
    assert described["project"]["license-files"] == ["LICENSE", "NOTICE"]
