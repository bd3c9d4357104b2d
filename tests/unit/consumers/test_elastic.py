"""What is sent to Elasticsearch shows the password, whichever way it is sent."""

from base64 import b64encode
from pathlib import Path

from consumers.elastic import connect
from schemas.settings import Settings


def test_the_bare_transport_shows_the_password_too(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("s3cret\n")
    settings = Settings(
        elasticsearch="http://127.0.0.1:9", elasticsearch_user="search", elasticsearch_password_file=password
    )
    with connect(settings) as client:
        (node,) = client.transport.node_pool.all()
        assert node.headers["authorization"] == "Basic " + b64encode(b"search:s3cret").decode()


def test_nobody_signs_in_without_a_name() -> None:
    with connect(Settings(elasticsearch="http://127.0.0.1:9")) as client:
        (node,) = client.transport.node_pool.all()
        assert "authorization" not in node.headers
