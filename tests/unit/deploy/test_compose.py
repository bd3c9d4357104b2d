"""The compose file names settings that exist, and runs our processes with few rights."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.processes import process_specs
from schemas.settings import Settings

COMPOSE = Path(__file__).parents[3] / "deploy" / "compose.yaml"


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
    return found


def ours(composed: dict[str, Any]) -> dict[str, Any]:
    """The services that run our image."""
    return {name: one for name, one in composed["services"].items() if "petition-platform" in one.get("image", "")}


def test_every_setting_of_the_file_exists(composed: dict[str, Any]) -> None:
    for service in ours(composed).values():
        Settings.from_env(
            {name: str(value) for name, value in service["environment"].items() if "${" not in str(value)}
        )
        named = {name.removeprefix("PETITIONS_").lower() for name in service["environment"] if "PETITIONS_" in name}
        assert named <= set(Settings.model_fields)


def test_every_process_of_an_instance_runs_and_each_stage_has_two_workers(composed: dict[str, Any]) -> None:
    commands = sorted(service["command"] for name, service in ours(composed).items() if name != "create")
    assert commands == sorted([spec.package, spec.role] for spec in process_specs(workers=2))


def test_our_processes_cannot_write_but_where_they_must_and_have_no_privileges(composed: dict[str, Any]) -> None:
    for service in ours(composed).values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert not service.get("ports")


def test_no_two_workers_share_a_state_folder(composed: dict[str, Any]) -> None:
    volumes = [service["volumes"] for name, service in ours(composed).items() if name[-1] in "12"]
    assert len(volumes) == len({str(one) for one in volumes}) == 4


def test_the_user_of_the_image_owns_the_folders_that_volumes_are_made_from(composed: dict[str, Any]) -> None:
    recipe = (COMPOSE.parent / "Containerfile").read_text("utf-8")
    mounted = {volume.split(":")[1] for service in ours(composed).values() for volume in service.get("volumes", ())}
    assert mounted == {"/state", "/var/lib/petitions"}
    assert "--home-dir /var/lib/petitions" in recipe
    assert "install --directory --owner 10001 --mode 700 /state" in recipe


def test_everything_listens_on_this_machine_only(composed: dict[str, Any]) -> None:
    ports = [port for service in composed["services"].values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_kafka_and_elasticsearch_start_without_the_platform(composed: dict[str, Any]) -> None:
    plain = {name for name, service in composed["services"].items() if "profiles" not in service}
    assert plain == {"kafka", "elasticsearch"}


def test_no_secret_stands_in_the_file_nor_in_an_environment(composed: dict[str, Any]) -> None:
    asked = {}
    for service in composed["services"].values():
        given = {f"/run/secrets/{one}" for one in service.get("secrets", ())}
        for name, value in service.get("environment", {}).items():
            if any(word in name for word in ("PASSWORD", "SECRET", "TOKEN")):
                assert name.endswith("_FILE")
                assert value in given
                asked[name] = value.removeprefix("/run/secrets/")
    assert asked == {"GF_SECURITY_ADMIN_PASSWORD__FILE": "grafana-password"}
    assert composed["secrets"] == {"grafana-password": {"environment": "GRAFANA_PASSWORD"}}


def test_every_service_says_whether_it_is_well(composed: dict[str, Any]) -> None:
    recipe = (COMPOSE.parent / "Containerfile").read_text("utf-8")
    assert "HEALTHCHECK" in recipe  # for our own
    foreign = {name: one for name, one in composed["services"].items() if name not in ours(composed)}
    assert set(foreign) == {"kafka", "elasticsearch", "proxy", "prometheus", "grafana"}
    for service in foreign.values():
        check = service["healthcheck"]
        assert check["test"][0] in {"CMD", "CMD-SHELL"}
        assert {"interval", "timeout", "retries"} <= set(check)


def test_the_image_gets_what_it_is_made_of_and_nothing_else_of_a_checkout() -> None:
    recipe = (COMPOSE.parent / "Containerfile").read_text("utf-8")
    copied = {
        one.split("/")[0]
        for line in recipe.splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for one in line.split()[1:-1]
    }
    rules = (COMPOSE.parent / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    assert "*" in rules
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied
