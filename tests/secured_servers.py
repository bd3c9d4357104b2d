"""Servers of a test that ask who is there: Kafka with TLS, SASL and rights, Elasticsearch with TLS and passwords."""

import contextlib
import datetime
import ipaddress
import json
import os
import re
import secrets
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import pbkdf2_hmac
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from deploy.index_rights import index_roles
from deploy.servers.account import data_folder, unprivileged_account
from deploy.servers.addresses import Origin, Servers
from deploy.servers.broker import Broker
from deploy.servers.instance import Instance
from deploy.servers.ports import free_ports
from deploy.servers.provision import TEST_HEAP_MB, runtime_for
from deploy.servers.ready import elasticsearch_answers, kafka_answers
from deploy.servers.search_node import SearchNode
from deploy.topic_rights import user_at_kafka
from schemas.settings import Settings

ADMIN = "admin"
PREFIX = "secured"
"""The instance whose processes are known by name."""
AUDITOR = "kafka.authorizer.logger"
ASKED = re.compile(
    r"Principal = User:(?P<user>\S+) is (?P<verdict>Allowed|Denied) operation = (?P<operation>\w+) "
    r"from host = \S+ on resource = (?P<resource>\w+):LITERAL:(?P<name>\S+) "
)
PBKDF2_ROUNDS = 10_000


@dataclass(frozen=True, slots=True, order=True)
class Asked:
    """Something that a client asked Kafka for."""

    user: str
    operation: str
    resource: str
    name: str
    is_allowed: bool


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority of this test alone, and one certificate for 127.0.0.1 that both servers show."""

    certificate: str
    server_certificate: str
    server_key: str = field(repr=False)


def new_authority() -> Authority:
    """Keys and certificates that are valid for a day."""
    key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name, server_name = _name("authority of a test"), _name("server of a test")
    own = _builder(name, name, key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    server = _builder(server_name, name, server_key).add_extension(address, critical=False)
    private = server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Authority(_signed(own, key), _signed(server, key), private.decode("ascii"))


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )


def _signed(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> str:
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM).decode("ascii")


@dataclass(frozen=True, slots=True)
class Access:
    """What clients need: the authority and one password a name, each in a file."""

    folder: Path

    @property
    def ca_file(self) -> Path:
        """The certificate of the authority."""
        return self.folder / "ca.pem"

    def password_file(self, user: str) -> Path:
        """The file with the password of a user, made when it is asked for first."""
        path = self.folder / f"{user}.password"
        if not path.exists():
            path.write_text(secrets.token_urlsafe(18) + "\n", "ascii")
            path.chmod(0o600)
        return path

    def password(self, user: str) -> str:
        """The password of a user."""
        return self.password_file(user).read_text("ascii").strip()

    def as_admin(self) -> dict[str, object]:
        """Settings of whoever may do everything on both servers."""
        return self.at_kafka(ADMIN, "PLAIN") | self.at_elasticsearch(ADMIN)

    def at_kafka(self, user: str, mechanism: str = "SCRAM-SHA-512") -> dict[str, object]:
        """Settings of one user of Kafka."""
        return {
            "kafka_security": "sasl_ssl",
            "kafka_ca_file": self.ca_file,
            "kafka_sasl_mechanism": mechanism,
            "kafka_user": user,
            "kafka_password_file": self.password_file(user),
        }

    def at_elasticsearch(self, user: str) -> dict[str, object]:
        """Settings of one user of Elasticsearch."""
        return {
            "elasticsearch_user": user,
            "elasticsearch_password_file": self.password_file(user),
            "elasticsearch_ca_file": self.ca_file,
        }


@dataclass(slots=True)
class SecuredBroker(Broker):
    """Kafka behind TLS and SASL that allows what is in its list of rights, and notes what it was asked for."""

    access: Access = field(kw_only=True)
    authority: Authority = field(kw_only=True)

    def properties(self) -> dict[str, str]:
        """See `Broker`; the administrator's password stands in the properties, all others are kept by Kafka."""
        login = "org.apache.kafka.common.security"
        password = self.access.password(ADMIN)
        return super(SecuredBroker, self).properties() | {
            "listener.security.protocol.map": "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT",
            "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
            "sasl.mechanism.inter.broker.protocol": "PLAIN",
            "listener.name.clients.plain.sasl.jaas.config": f"{login}.plain.PlainLoginModule required "
            f'username="{ADMIN}" password="{password}" user_{ADMIN}="{password}";',
            "listener.name.clients.scram-sha-512.sasl.jaas.config": f"{login}.scram.ScramLoginModule required;",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.folder / "server.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.folder / "ca.pem"),
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:{ADMIN};User:ANONYMOUS",  # nobody comes without a name but by the controller's port
        }

    def configure(self) -> None:
        """See `Broker`."""
        (self.folder / "server.pem").write_text(self.authority.server_key + self.authority.server_certificate)
        (self.folder / "ca.pem").write_text(self.authority.certificate)
        super(SecuredBroker, self).configure()
        log = self.folder / "log4j2.properties"
        kept = log.read_text().replace("size = 10MB", "size = 1GB")  # all of it, from the first question on
        log.write_text(f"{kept}logger.rights.name = {AUDITOR}\nlogger.rights.level = debug\n")

    def asked(self) -> Iterator[Asked]:
        """What clients were allowed or denied so far."""
        logs = self.folder / "logs"
        for file in sorted(logs.glob("kafka.log*")):
            for found in ASKED.finditer(file.read_text("utf-8")):
                operation, resource, name = found["operation"].lower(), found["resource"].lower(), found["name"]
                yield Asked(found["user"], operation, resource, name, found["verdict"] == "Allowed")

    def answers(self) -> bool:
        """Whether the broker lets the administrator in."""
        return kafka_answers(Settings.model_validate(self.access.as_admin() | {"kafka": self.address}))


@dataclass(slots=True)
class SecuredNode(SearchNode):
    """Elasticsearch behind TLS that knows the users of its files."""

    access: Access = field(kw_only=True)
    authority: Authority = field(kw_only=True)

    @property
    def address(self) -> str:
        """The URL."""
        return f"https://127.0.0.1:{self.ports[0]}"

    def configuration(self) -> dict[str, str]:
        """See `SearchNode`."""
        return super(SecuredNode, self).configuration() | {
            "xpack.security.enabled": "true",
            "xpack.security.http.ssl.enabled": "true",
            "xpack.security.http.ssl.key": "server.key",
            "xpack.security.http.ssl.certificate": "server.pem",
        }

    def configure(self) -> None:
        """See `SearchNode`."""
        super(SecuredNode, self).configure()
        config = self.folder / "config"
        (config / "server.key").write_text(self.authority.server_key)
        (config / "server.pem").write_text(self.authority.server_certificate)
        roles = {user_at_kafka(PREFIX, user): role for user, role in index_roles(PREFIX).items()}
        # each role is read by itself, from a line that begins with its name
        lines = (f"{user}: {json.dumps(role)}\n" for user, role in roles.items())
        (config / "roles.yml").write_text("".join(lines))
        (config / "users").write_text(
            "".join(f"{one}:{_hashed(self.access.password(one))}\n" for one in (ADMIN, *roles))
        )
        (config / "users_roles").write_text("".join(f"{one}:{one}\n" for one in roles) + f"superuser:{ADMIN}\n")

    def answers(self) -> bool:
        """Whether the node lets the administrator in."""
        settings = self.access.as_admin() | {"elasticsearch": self.address}
        return elasticsearch_answers(Settings.model_validate(settings))


def _hashed(password: str) -> str:
    """A password as the file of users keeps it."""
    salt = os.urandom(32)
    digest = pbkdf2_hmac("sha512", password.encode(), salt, PBKDF2_ROUNDS, 32)
    return "{PBKDF2}" + f"{PBKDF2_ROUNDS}${b64encode(salt).decode()}${b64encode(digest).decode()}"


@contextlib.contextmanager
def secured_servers(home: Path) -> Iterator[tuple[Servers, Access]]:
    """Both servers for as long as the block lasts, their data and all secrets under `home`."""
    account, authority, ports = unprivileged_account(), new_authority(), free_ports(4)
    access, folder = Access(home / "access"), data_folder(home, account)
    access.folder.mkdir()
    access.ca_file.write_text(authority.certificate)
    secured: dict[str, Any] = {"account": account, "for_tests": True, "access": access, "authority": authority}
    runtime, heaps = runtime_for(account), TEST_HEAP_MB
    servers = Servers(
        Origin.EMBEDDED,
        SecuredBroker(runtime, folder / "kafka", ports[:2], heaps["kafka"], **secured),
        SecuredNode(runtime, folder / "elasticsearch", ports[2:], heaps["elasticsearch"], **secured),
    )
    known = Instance(
        origin=Origin.EMBEDDED,
        kafka=servers.kafka.address,
        elasticsearch=servers.elasticsearch.address,
        kafka_ports=ports[:2],
        elasticsearch_ports=ports[2:],
        folder=folder,
    )
    known.write(home)  # so that whoever clears up after a killed run finds them
    try:
        servers.kafka.start()
        servers.elasticsearch.start()
        yield servers, access
    finally:
        servers.elasticsearch.kill()
        servers.kafka.kill()
