"""The rights at Kafka as users of the operator Strimzi, which takes away every right that is not in its manifests."""

import json
from itertools import groupby
from typing import Any

from deploy.topic_rights import Right, rights

HEAD = "# Made by `petitions docs` from deploy/topic_users.py; for another prefix: `petitions rights --strimzi`.\n"
USER = """\
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata: {{name: {name}, labels: {{strimzi.io/cluster: petitions}}}}
spec:
  authentication: {{type: scram-sha-512}}
  authorization:
    type: simple
    acls:
"""


def kafka_users(prefix: str) -> str:
    """One manifest a user; each gets a password from the operator, in a secret of its name."""
    text = HEAD
    for name, own in groupby(rights(prefix), key=lambda right: right.user):
        text += USER.format(name=name) + "".join(f"      - {json.dumps(_acl(right))}\n" for right in own)
    return text


def _acl(right: Right) -> dict[str, Any]:
    resource: dict[str, str] = {"type": right.resource}
    if right.resource != "cluster":
        resource |= {"name": right.name, "patternType": "prefix" if right.is_prefix else "literal"}
    return {"resource": resource, "operations": ["".join(map(str.capitalize, right.operation.split("_")))]}
