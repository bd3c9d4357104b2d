"""The manifests fit the schemas of Kubernetes, name settings, users and topics that exist, and hold no secret."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.kafka_users import kafka_users
from deploy.processes import process_specs
from deploy.topic_rights import USERS, user_at_kafka
from schemas.settings import Settings
from schemas.topics import WORKER_SOURCES, Topic

FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
KUBERNETES = "1.33"
OF_OPERATORS = {"kafka.strimzi.io", "elasticsearch.k8s.elastic.co", "keda.sh"}
"""Groups whose schemas are not at hand: these objects are only looked at for what we need of them."""
PATCHES = {"few-rights.yaml", "on-kafka.yaml", "kustomization.yaml"}

Manifest = dict[str, Any]


def of_files() -> list[Manifest]:
    found: list[Manifest] = []
    for file in sorted(FOLDER.glob("*.yaml")):
        if file.name not in PATCHES:
            found += yaml.safe_load_all(file.read_text("utf-8"))
    return found


MANIFESTS = of_files()


def name(manifest: Manifest) -> str:
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def is_ours_to_check(manifest: Manifest) -> bool:
    return str(manifest["apiVersion"]).split("/")[0] not in OF_OPERATORS


def validate(manifest: Manifest) -> None:
    """Raises where it does not fit; the package is slow to import, so only the process that needs it does."""
    from kubernetes_validate import validate as fits

    fits(manifest, KUBERNETES, strict=True)


CHECKED = [one for one in MANIFESTS if is_ours_to_check(one)]


def templates() -> dict[str, Manifest]:
    """Process → the template of its pods."""
    found = {}
    for one in MANIFESTS:
        if one["kind"] in {"Deployment", "StatefulSet", "Job"}:
            found[one["metadata"]["name"]] = one["spec"]["template"]
        if one["kind"] == "CronJob":
            found[one["metadata"]["name"]] = one["spec"]["jobTemplate"]["spec"]["template"]
    return found


def process_of(template: Manifest) -> Manifest:
    (container,) = (one for one in template["spec"]["containers"] if one["name"] == "process")
    found: Manifest = container
    return found


@pytest.mark.parametrize("manifest", CHECKED, ids=name)
def test_every_object_of_kubernetes_fits_its_schema(manifest: Manifest) -> None:
    validate(manifest)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="no kubectl on this machine to build the kustomization")
def test_what_kustomize_makes_fits_the_schemas_and_has_few_rights() -> None:
    built = subprocess.run(["kubectl", "kustomize", str(FOLDER)], capture_output=True, text=True, check=True)
    manifests = list(yaml.safe_load_all(built.stdout))
    assert sorted(map(name, manifests)) == sorted(map(name, MANIFESTS))
    for manifest in manifests:
        if is_ours_to_check(manifest):
            validate(manifest)
        if manifest["kind"] in {"Deployment", "StatefulSet", "Job"}:
            assert_has_few_rights(manifest["spec"]["template"]["spec"])
        if manifest["kind"] == "CronJob":
            assert_has_few_rights(manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"])


def assert_has_few_rights(pod: Manifest) -> None:
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    for container in (*pod["containers"], *pod.get("initContainers", ())):
        context = container["securityContext"]
        assert (context["allowPrivilegeEscalation"], context["readOnlyRootFilesystem"]) == (False, True)
        assert context["capabilities"] == {"drop": ["ALL"]}
    mounted = {mount["name"] for mount in pod["containers"][0]["volumeMounts"]}
    assert {"kafka-ca", "kafka-password", "tmp"} <= mounted


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


def test_only_who_needs_elasticsearch_reaches_it() -> None:
    (rule,) = (one for one in MANIFESTS if name(one) == "NetworkPolicy/elasticsearch")
    (named,) = rule["spec"]["podSelector"]["matchExpressions"]
    uses = {
        process
        for process, template in templates().items()
        if any(one["name"] == "PETITIONS_ELASTICSEARCH_USER" for one in process_of(template)["env"])
    }
    assert set(named["values"]) == uses


def test_no_secret_stands_in_the_files() -> None:
    assert not [name(one) for one in MANIFESTS if one["kind"] == "Secret"]
