"""What watches the platform names what there is: metrics, labels, processes, and for each rule its section."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from consumers.health import REGISTRY as CONSUMERS
from deploy.documents.prometheus_rule import prometheus_rule
from deploy.processes import process_specs
from processors.counting import REGISTRY as PROCESSORS
from producers.counting import REGISTRY as PRODUCERS
from schemas.metrics import Metric
from tests.manifests import process_of, templates

ROOT = Path(__file__).parents[3]
MONITORING = ROOT / "deploy" / "monitoring"
KUBERNETES = ROOT / "deploy" / "kubernetes"
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text("utf-8")
OF_LIBRARIES = {"up", "process_start_time_seconds", "process_resident_memory_bytes", "process_cpu_seconds_total"}
"""Made by Prometheus itself and by its client."""
WORD = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
NO_METRIC = re.compile(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(?:by|on|without) \([^)]*\)')


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((MONITORING / "alerts.yaml").read_text("utf-8"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((MONITORING / "dashboard.json").read_text("utf-8"))["panels"]
    return found


EXPRESSIONS = [rule["expr"] for rule in rules()] + [t["expr"] for panel in panels() for t in panel["targets"]]


def metrics_of(expression: str) -> set[str]:
    """Names that are neither functions nor labels nor numbers."""
    bare = NO_METRIC.sub("", expression)
    return {w for w in WORD.findall(bare) if not re.search(rf"\b{w} *\(", bare)} - {"and"}


def labels() -> dict[str, set[str]]:
    """Metric → its labels, as the processes register them."""
    found: dict[str, set[str]] = {}
    for registry in (PRODUCERS, PROCESSORS, CONSUMERS):
        for collector in registry._collector_to_names:
            name = getattr(collector, "_name", None)
            if name:
                found.setdefault(name, set()).update(collector._labelnames)
    return found


def base(name: str) -> str:
    """The metric that a sample belongs to."""
    return re.sub(r"_(?:total|bucket|count|sum)$", "", name)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_metric_that_is_watched_exists(expression: str) -> None:
    known = {base(metric.value) for metric in Metric}
    watched = metrics_of(expression) - OF_LIBRARIES
    assert {name for name in watched if base(name) not in known} == set()


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_label_that_is_asked_for_is_one_of_the_metric(expression: str) -> None:
    known = labels()
    (metric,) = {base(name) for name in metrics_of(expression)} & set(known) or {""}
    asked = {w for group in re.findall(r"by \(([^)]*)\)", expression) for w in WORD.findall(group)}
    asked |= set(re.findall(r'([a-z_]+)=~?"', expression))
    assert asked - {"le", "job", "instance"} <= known.get(metric, set())


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {base(name) for panel in panels() for t in panel["targets"] for name in metrics_of(t["expr"])}
    assert {base(metric.value) for metric in Metric} - shown == set()


def test_every_metric_is_counted_by_a_process() -> None:
    assert {base(metric.value) for metric in Metric} == {name for name in labels() if name.startswith("petitions_")}


def test_every_rule_says_what_happened_and_where_it_is_written_what_to_do() -> None:
    headings = re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE)
    assert sorted(headings) == sorted(rule["alert"] for rule in rules())
    for rule in rules():
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_every_process_is_asked_for_its_metrics() -> None:
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["services"]
    ours = {name for name, service in compose.items() if "PETITIONS_KAFKA" in service.get("environment", {})}
    scraped = yaml.safe_load((MONITORING / "prometheus.yaml").read_text("utf-8"))["scrape_configs"][0]
    targets = {target.removesuffix(":9464") for target in scraped["static_configs"][0]["targets"]}
    assert targets == ours - {"create"}


def test_a_cluster_watches_by_the_same_rules() -> None:
    manifest = yaml.safe_load((KUBERNETES / "rules.yaml").read_text("utf-8"))
    assert (manifest["kind"], manifest["spec"]) == (
        "PrometheusRule",
        yaml.safe_load((MONITORING / "alerts.yaml").read_text("utf-8")),
    )


def test_a_file_without_groups_makes_no_rules() -> None:
    with pytest.raises(ValueError, match="must have groups"):
        prometheus_rule("rules: []\n")


def test_a_cluster_asks_every_process_for_its_metrics_under_the_job_that_rules_know() -> None:
    monitor = yaml.safe_load((KUBERNETES / "monitoring.yaml").read_text("utf-8"))["spec"]
    (endpoint,) = monitor["podMetricsEndpoints"]
    (job,) = (one["replacement"] for one in endpoint["relabelings"] if one["targetLabel"] == "job")
    assert {job} == {found for one in EXPRESSIONS for found in re.findall(r'job="([^"]*)"', one)}
    (selected,) = monitor["selector"]["matchExpressions"]
    asked = {
        process
        for process, template in templates().items()
        if selected["key"] in template["metadata"]["labels"]
        and endpoint["port"] in {port["name"] for port in process_of(template).get("ports", ())}
    }
    assert asked == {spec.role for spec in process_specs()}


def test_no_metric_has_a_label_that_could_name_a_person() -> None:
    allowed = {"source", "outcome", "stage", "reason", "table", "rule", "route", "status", "webhook"}
    assert {label for names in labels().values() for label in names} <= allowed


def test_registries_are_apart() -> None:
    assert len({id(registry) for registry in (PRODUCERS, PROCESSORS, CONSUMERS)}) == 3
    assert all(isinstance(registry, CollectorRegistry) for registry in (PRODUCERS, PROCESSORS, CONSUMERS))
