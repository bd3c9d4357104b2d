"""The manifests of Kubernetes as they lie in the repository, and as the patches of the kustomization make them."""

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "deploy" / "kubernetes"
PATCHES = {"few-rights.yaml", "on-kafka.yaml", "kustomization.yaml"}
MERGED_BY = {"containers": "name", "initContainers": "name", "volumes": "name", "volumeMounts": "mountPath"}
"""Lists that a patch adds to, by the key of their entries; Kubernetes replaces all others as a whole."""

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


def merged(into: Any, patch: Any, field: str = "") -> Any:
    """A strategic merge as kustomize makes it, as far as the patches here need it."""
    if isinstance(into, dict):
        return into | {key: merged(into[key], value, key) if key in into else value for key, value in patch.items()}
    if isinstance(into, list) and (key := MERGED_BY.get(field)):
        found = {one[key]: one for one in into}
        return list((found | {one[key]: merged(found.get(one[key], {}), one) for one in patch}).values())
    return patch


def patched() -> list[Manifest]:
    """What is applied: the manifests with the patches of the kustomization."""
    found = MANIFESTS
    for patch in yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))["patches"]:
        assert patch["target"] == {"labelSelector": "petitions/process"}
        spec = yaml.safe_load((FOLDER / patch["path"]).read_text("utf-8"))["spec"]
        found = [
            one | {"spec": merged(one["spec"], spec)}
            if "petitions/process" in one["metadata"].get("labels", {})
            else one
            for one in found
        ]
    return found


def templates(manifests: list[Manifest] = MANIFESTS) -> dict[str, Manifest]:
    """Process → the template of its pods."""
    found = {}
    for one in manifests:
        if one["kind"] in {"Deployment", "StatefulSet", "Job"}:
            found[one["metadata"]["name"]] = one["spec"]["template"]
        if one["kind"] == "CronJob":
            found[one["metadata"]["name"]] = one["spec"]["jobTemplate"]["spec"]["template"]
    return found


def process_of(template: Manifest) -> Manifest:
    (container,) = (one for one in template["spec"]["containers"] if one["name"] == "process")
    found: Manifest = container
    return found


def one_of(kind: str) -> Manifest:
    (found,) = (one for one in MANIFESTS if one["kind"] == kind)
    return found
