"""Pods in Kubernetes may do little, the namespace takes them, and they reach only whom they need."""

import pytest

from tests.manifests import MANIFESTS, Manifest, name, one_of, patched, process_of, templates

ELASTICSEARCH_PODS = {"matchLabels": {"elasticsearch.k8s.elastic.co/cluster-name": "petitions"}}


@pytest.mark.parametrize("process", sorted(templates()))
def test_every_pod_of_ours_has_few_rights_and_signs_in_to_kafka(process: str) -> None:
    pod = templates(patched())[process]["spec"]
    assert_is_restricted(pod["securityContext"], [*pod["containers"], *pod.get("initContainers", ())])
    assert pod["automountServiceAccountToken"] is False
    for container in (*pod["containers"], *pod.get("initContainers", ())):
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
    mounted = {mount["name"] for mount in pod["containers"][0]["volumeMounts"]}
    assert {"kafka-ca", "kafka-password", "tmp"} <= mounted


def assert_is_restricted(pod: Manifest, containers: list[Manifest]) -> None:
    """What the pod security standard `restricted` asks of contexts; the namespace refuses any other pod."""
    assert pod["runAsNonRoot"] is True
    assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert containers
    for container in containers:
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert not {"privileged", "runAsUser", "runAsNonRoot", "seccompProfile"} & set(context)  # as the pod says


def test_the_namespace_takes_restricted_pods_only() -> None:
    (namespace,) = (one for one in MANIFESTS if one["kind"] == "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_pods_that_strimzi_makes_are_taken_by_the_namespace() -> None:
    kafka = one_of("Kafka")["spec"]
    assert "rack" in kafka["kafka"]  # so there is an init container
    operators = {f"{operator}Container" for operator in kafka["entityOperator"] if operator.endswith("Operator")}
    for template, wanted in (
        (kafka["kafka"]["template"], {"kafkaContainer", "initContainer"}),
        (kafka["entityOperator"]["template"], operators),
    ):
        assert set(template) == wanted | {"pod"}
        assert_is_restricted(template["pod"]["securityContext"], [template[container] for container in wanted])
    assert kafka["kafka"]["template"]["pod"]["securityContext"]["fsGroup"] == 0


def test_pods_that_eck_makes_are_taken_by_the_namespace() -> None:
    for nodes in one_of("Elasticsearch")["spec"]["nodeSets"]:
        pod = nodes["podTemplate"]["spec"]
        containers = [*pod["containers"], *pod["initContainers"]]
        assert {one["name"] for one in containers} == {
            "elasticsearch",
            "elastic-internal-init-filesystem",
            "elastic-internal-suspend",
        }
        assert_is_restricted(pod["securityContext"], containers)
        assert pod["securityContext"]["fsGroup"] == 1000


def rule(called: str) -> Manifest:
    (found,) = (one["spec"] for one in MANIFESTS if name(one) == f"NetworkPolicy/{called}")
    spec: Manifest = found
    return spec


def test_only_who_needs_elasticsearch_reaches_it_and_is_let_in_there() -> None:
    (named,) = rule("elasticsearch")["podSelector"]["matchExpressions"]
    uses = {
        process
        for process, template in templates().items()
        if any(one["name"] == "PETITIONS_ELASTICSEARCH_USER" for one in process_of(template)["env"])
    }
    assert set(named["values"]) == uses
    let_in = rule("to-elasticsearch")
    assert (let_in["podSelector"], let_in["policyTypes"]) == (ELASTICSEARCH_PODS, ["Ingress"])
    clients, nodes = let_in["ingress"]
    assert clients["from"] == [
        {"podSelector": {"matchExpressions": [named]}},
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "elastic-system"}}},
    ]
    assert clients["ports"] == [{"port": 9200}]
    assert nodes["from"] == [{"podSelector": ELASTICSEARCH_PODS}]
    assert {one["port"] for one in nodes["ports"]} == {9300, 9200}


def test_kafka_lets_in_processes_and_who_counts_what_waits() -> None:
    (listener,) = one_of("Kafka")["spec"]["kafka"]["listeners"]
    ours, keda = listener["networkPolicyPeers"]
    assert ours == {"podSelector": rule("names-and-kafka")["podSelector"]}
    assert keda == {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "keda"}}}
