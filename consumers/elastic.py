"""How a consumer reaches Elasticsearch: one place that knows address, user and limits."""

from elasticsearch import Elasticsearch

from schemas.settings import Settings


def connect(settings: Settings, *, timeout_s: float = 30.0) -> Elasticsearch:
    """A client for the address in the settings; nothing is sent yet, and nothing is retried behind our back."""
    secret = settings.elasticsearch_password.get_secret_value()
    return Elasticsearch(
        settings.elasticsearch,
        basic_auth=(settings.elasticsearch_user, secret) if settings.elasticsearch_user else None,
        http_compress=False,
        request_timeout=timeout_s,
        max_retries=0,
    )
