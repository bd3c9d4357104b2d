"""The rules of Prometheus as an object of its operator, so that a cluster is watched as one machine is."""

from textwrap import indent

HEAD = """\
# Made by `petitions docs` from deploy/monitoring/alerts.yaml.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: petitions
spec:
"""


def prometheus_rule(alerts: str) -> str:
    """The text of a file of rules as a manifest; what stands before its groups are remarks for readers of that file.

    Raises ValueError where the text has no groups.
    """
    _, found, groups = f"\n{alerts}".partition("\ngroups:\n")
    if not found:
        raise ValueError("a file of rules must have groups")
    return HEAD + indent(f"groups:\n{groups}", "  ")
