"""The manifests fit the schemas of Kubernetes, name settings, users and topics that exist, and hold no secret."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from deploy.kafka_users import kafka_users
from deploy.processes import process_specs
from deploy.topic_rights import USERS, user_at_kafka
from schemas.settings import Settings
from schemas.topics import WORKER_SOURCES, Topic
from tests.manifests import FOLDER, MANIFESTS, PATCHES, Manifest, name, one_of, patched, process_of, templates

KUBERNETES = "1.33"
OF_OPERATORS = {"kafka.strimzi.io", "elasticsearch.k8s.elastic.co", "keda.sh", "monitoring.coreos.com"}
"""Groups whose schemas are not at hand: these objects are only looked at for what we need of them."""
KEEP_STATE = {"linking": "processors", "cases": "processors", "alerts": "consumers"}


def is_ours_to_check(manifest: Manifest) -> bool:
    return str(manifest["apiVersion"]).split("/")[0] not in OF_OPERATORS


def validate(manifest: Manifest) -> None:
    """Raises where it does not fit; the package is slow to import, so only the process that needs it does."""
    from kubernetes_validate import validate as fits

    fits(manifest, KUBERNETES, strict=True)


CHECKED = [one for one in MANIFESTS if is_ours_to_check(one)]


@pytest.mark.parametrize("manifest", CHECKED, ids=name)
def test_every_object_of_kubernetes_fits_its_schema(manifest: Manifest) -> None:
    validate(manifest)


@pytest.mark.parametrize("manifest", [one for one in patched() if is_ours_to_check(one)], ids=name)
def test_every_object_fits_its_schema_with_the_patches_as_well(manifest: Manifest) -> None:
    validate(manifest)


def test_every_file_is_applied() -> None:
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))["resources"]
    assert sorted(listed) == sorted({file.name for file in FOLDER.glob("*.yaml")} - PATCHES)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="no kubectl on this machine to build the kustomization")
def test_kustomize_makes_of_the_patches_what_the_tests_here_look_at() -> None:
    built = subprocess.run(["kubectl", "kustomize", str(FOLDER)], capture_output=True, text=True, check=True)
    manifests = list(yaml.safe_load_all(built.stdout))
    assert sorted(map(name, manifests)) == sorted(map(name, MANIFESTS))
    for manifest in manifests:
        if is_ours_to_check(manifest):
            validate(manifest)
    assert in_any_order(templates(manifests)) == in_any_order(templates(patched()))


def in_any_order(value: Any) -> Any:
    """Without the order of lists, and without the tag that kustomize gives to the image."""
    if isinstance(value, dict):
        return {key: in_any_order(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted((in_any_order(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return "petition-platform" if value == "petition-platform:latest" else value


def test_every_process_of_an_instance_runs() -> None:
    started = sorted(process_of(template).get("args", []) for template in templates().values())
    expected = [[spec.package, spec.role] for spec in process_specs()]
    assert started == sorted([*expected, [], ["deploy", "register-due"]])  # the empty one is the job `create`


def test_every_setting_that_is_given_exists_and_is_valid() -> None:
    (shared,) = (one["data"] for one in MANIFESTS if one["kind"] == "ConfigMap")
    for template in templates().values():
        own = {one["name"]: one.get("value", "https://console.test") for one in process_of(template)["env"]}
        settings = Settings.from_env(shared | own)
        assert settings.kafka_security == "sasl_ssl"
        assert settings.kafka_user in {user_at_kafka("petitions", user) for user in USERS}


def test_the_console_takes_addresses_of_users_from_the_proxy_which_alone_reaches_it() -> None:
    console = process_of(templates()["console"])
    assert {"name": "FORWARDED_ALLOW_IPS", "value": "*"} in console["env"]
    (port,) = (one["containerPort"] for one in console["ports"] if one["name"] == "http")
    rules = [
        rule
        for one in MANIFESTS
        if one["kind"] == "NetworkPolicy" and selects(one["spec"]["podSelector"], "console")
        for rule in one["spec"].get("ingress", ())
    ]
    (into,) = (rule for rule in rules if {"port": port} in rule.get("ports", [{"port": port}]))
    assert into["from"] == [{"namespaceSelector": {"matchLabels": {"petitions/proxy": "true"}}}]


def selects(selector: Manifest, process: str) -> bool:
    """Whether a network rule is about the pods of a process; ours name processes by expressions."""
    (one,) = selector.get("matchExpressions") or [{"key": "", "operator": "none"}]
    return one["key"] == "petitions/process" and (one["operator"] == "Exists" or process in one.get("values", ()))


def test_users_of_kafka_are_those_of_the_table() -> None:
    assert (FOLDER / "kafka-users.yaml").read_text("utf-8") == kafka_users("petitions")


@pytest.mark.parametrize("process", ["linking", "cases", "search"])
def test_workers_become_more_by_the_lag_of_every_topic_that_they_read(process: str) -> None:
    scaled = next(one for one in MANIFESTS if name(one) == f"ScaledObject/{process}")
    triggers = [trigger["metadata"] for trigger in scaled["spec"]["triggers"]]
    topics = WORKER_SOURCES.get(process, (Topic.CASES,))
    assert {one["topic"] for one in triggers} == {topic.under("petitions") for topic in topics}
    assert {one["consumerGroup"] for one in triggers} == {f"petitions.{process}"}
    assert scaled["spec"]["maxReplicaCount"] <= Settings.from_env(shared_settings()).partitions


def shared_settings() -> dict[str, str]:
    (shared,) = (one["data"] for one in MANIFESTS if one["kind"] == "ConfigMap")
    found: dict[str, str] = shared
    return found


def test_every_process_is_probed_but_jobs() -> None:
    for process, template in templates().items():
        probes = {
            probe for probe in ("startupProbe", "readinessProbe", "livenessProbe") if probe in process_of(template)
        }
        assert len(probes) == (0 if process in {"create", "register-due"} else 3), process


def test_three_nodes_of_each_server() -> None:
    (pool,) = (one for one in MANIFESTS if one["kind"] == "KafkaNodePool")
    (search,) = (one for one in MANIFESTS if one["kind"] == "Elasticsearch")
    assert pool["spec"]["replicas"] == search["spec"]["nodeSets"][0]["count"] == 3
    assert Settings.from_env(shared_settings()).replication == 3


def test_several_pods_of_a_kind_are_never_taken_away_together() -> None:
    several = {
        one["metadata"]["name"]
        for one in MANIFESTS
        if one["kind"] in {"Deployment", "StatefulSet"} and one["spec"]["replicas"] > 1
    }
    assert {one["metadata"]["name"] for one in MANIFESTS if one["kind"] == "PodDisruptionBudget"} == several


def test_kafka_and_elasticsearch_are_of_the_versions_that_everything_is_tested_with() -> None:
    composed = (FOLDER.parent / "compose.yaml").read_text("utf-8")
    tested = re.findall(r"_IMAGE:-(?:apache/kafka|elasticsearch):([0-9.]+)", composed)
    assert len(tested) == 2
    assert [one_of("Kafka")["spec"]["kafka"]["version"], one_of("Elasticsearch")["spec"]["version"]] == tested


@pytest.mark.parametrize("process", sorted(KEEP_STATE))
def test_what_keeps_state_on_disk_has_a_volume_that_outlives_its_pod(process: str) -> None:
    (one,) = (one for one in MANIFESTS if one["metadata"]["name"] == process and "template" in one.get("spec", {}))
    started = process_of(one["spec"]["template"])
    assert (one["kind"], started["args"]) == ("StatefulSet", [KEEP_STATE[process], process])
    assert {"name": "PETITIONS_STATE_DIR", "value": "/state"} in started["env"]
    assert {"name": "state", "mountPath": "/state"} in started["volumeMounts"]
    assert [claim["metadata"]["name"] for claim in one["spec"]["volumeClaimTemplates"]] == ["state"]


def test_no_secret_stands_in_the_files() -> None:
    assert not [name(one) for one in MANIFESTS if one["kind"] == "Secret"]
