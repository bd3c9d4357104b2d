"""How a consumer reaches Elasticsearch: one place that knows address, user and limits."""

from elastic_transport import NodeConfig
from elastic_transport.client_utils import basic_auth_to_header, url_to_node_config
from elasticsearch import Elasticsearch

from schemas.connections import secret
from schemas.settings import Settings


def connect(settings: Settings, *, timeout_s: float = 30.0) -> Elasticsearch:
    """A client for the address in the settings; nothing is sent yet, and nothing is retried behind our back."""
    return Elasticsearch([_node(settings)], http_compress=False, request_timeout=timeout_s, max_retries=0)


def _node(settings: Settings) -> NodeConfig:
    """Address, trust and password of the node itself: what the bare transport sends shows it as well."""
    node = url_to_node_config(settings.elasticsearch)
    if settings.elasticsearch_ca_file:
        node = node.replace(ca_certs=str(settings.elasticsearch_ca_file.expanduser()))
    if settings.elasticsearch_user:
        shown = basic_auth_to_header((settings.elasticsearch_user, secret(settings.elasticsearch_password_file)))
        node = node.replace(headers={"authorization": shown})
    return node
