"""The image and the compose file start, and a county's file becomes a search hit there as well.

Needs a Docker engine with compose and all images of the file; they are never pulled. Where something is missing, the
test is skipped and says what.
"""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex

import httpx
import pytest

from deploy.servers.containers import ELASTICSEARCH_IMAGE, KAFKA_IMAGE

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "compose.yaml"
LEDGERS = ROOT / "tests" / "samples" / "ledgers"
COUNTY, WORDS = "410122", "农机过不去"
PROJECT = "petitions-test"
COMPOSE = ["docker", "compose", "-p", PROJECT, "-f", str(FILE), "--profile", "platform"]
START_S = 600


def images() -> list[str]:
    """Every image that is not made here, the one that ours is made from included."""
    named = re.findall(
        r"^ARG PYTHON_IMAGE=(\S+)|\$\{\w+_IMAGE:-([^}]+)\}",
        ((ROOT / "deploy" / "Containerfile").read_text() + FILE.read_text()),
        re.MULTILINE,
    )
    found = {one or other for one, other in named} - {"petition-platform:latest"}
    assert {KAFKA_IMAGE, ELASTICSEARCH_IMAGE} <= found
    return sorted(found)


def missing() -> str:
    """What stands in the way here; empty where nothing does."""
    for command, what in (
        (["docker", "info"], "no Docker engine answers"),
        (["docker", "compose", "version"], "docker has no compose"),
        *((["docker", "image", "inspect", image], f"the image {image} is not here") for image in images()),
    ):
        try:
            if subprocess.run(command, capture_output=True, timeout=15).returncode != 0:
                return what
        except (FileNotFoundError, subprocess.TimeoutExpired):
            return what
    return ""


@pytest.fixture(scope="module")
def platform() -> Iterator[None]:
    """All services of the file for as long as the tests of this module last."""
    if reason := missing():
        pytest.skip(f"compose was not started: {reason}")
    try:
        composed("up", "--detach", "--wait", "--build", "--pull", "never", limit_s=START_S)
        yield
    finally:
        composed("down", "--volumes")


def composed(*arguments: str, expected: int = 0, limit_s: float = 180) -> str:
    """What compose says; its environment has no settings of ours."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PETITIONS_")}
    plain.setdefault("GRAFANA_PASSWORD", token_hex())
    done = subprocess.run([*COMPOSE, *arguments], env=plain, capture_output=True, text=True, timeout=limit_s)
    assert done.returncode == expected, done.stderr[-2_000:]
    return done.stdout


def petitions(*arguments: str, expected: int = 0) -> str:
    """A command of the operator in the image, with the home of the instance and the sample ledgers."""
    run = ("run", "--rm", "--no-deps", "--volume", f"{LEDGERS}:/ledgers:ro", "--entrypoint", "petitions", "search")
    return composed(*run, *arguments, expected=expected)


def test_a_ledger_becomes_a_search_hit_in_the_images(
    platform: None, record_property: Callable[[str, object], None]
) -> None:
    record_property("servers", "docker compose, images: " + ", ".join(images()))
    petitions("feed", f"/ledgers/{COUNTY}.csv", "--county", COUNTY, expected=3)  # three rows are bad on purpose
    assert json.loads(petitions("verify", "--wait", "120", "--json"))["is_complete"]
    assert json.loads(petitions("search", WORDS, "--json"))["total"] == 1
    for path in ("/health", "/v1/counties/410122/petitions"):  # the console, and the gateway, which wants a key
        assert (
            httpx.get(f"https://localhost:8443{path}", verify=False).status_code < 500
        )  # a certificate of the proxy
