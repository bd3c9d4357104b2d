"""The change of the pseudonym key on the servers: who is known is carried over from the topic of identities.

Runs under the console's name at Kafka: it alone may read sealed identities, and writes the audit record.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography.exceptions import InvalidTag

from consumers.message import Message
from consumers.replay import replay
from consumers.rights.users import User
from deploy.official_users import users_of
from deploy.sending import send
from producers.instance_keys import compared_keyring
from producers.kept_pseudonyms import KeptPseudonyms
from producers.keyring import kept_path, key_path
from producers.pseudonym_key import ChangeRefused, begin_change, carrier, end_change, key_to_carry_to, require_begun
from producers.spool import Spool, SpoolInUse
from schemas.audit_events import AuditRecord
from schemas.keys import digest
from schemas.settings import Settings
from schemas.terms import AuditKind, Role
from schemas.topics import Topic

Progress = Callable[[int], None]


class Carried(NamedTuple):
    """What became of the identities that were read."""

    read: int
    """Messages of this run; those of an earlier one are not read again."""
    kept: int
    """People who keep another pseudonym than the new key would give, in all runs."""


def begin(settings: Settings, by: str) -> str:
    """Add the key that is to come and leave a record of it. Returns the id of the key."""
    administrator = _administrator(settings, by)
    compared_keyring(settings, with_kept=False)
    key_id = begin_change(key_path(settings))
    _keep_record(settings, administrator, AuditKind.KEY_CHANGE_BEGUN, key_id)
    return key_id


def carry(settings: Settings, progress: Progress = lambda read: None) -> Carried:
    """Keep the pseudonym of everybody whose identity came since the last run; may be repeated at any time."""
    path = key_path(settings)
    compared_keyring(settings, with_kept=False)
    carried = carrier(path)
    kept = KeptPseudonyms.growing(kept_path(path, key_to_carry_to(path)))
    try:
        topic, read = Topic.IDENTITY.under(settings.prefix), 0
        since = {(topic, part): offset for part, offset in kept.reached.items()}
        for records in replay(settings, topic, since=since):
            pairs = [carried(record.value) for record in records if record.value is not None]
            kept.add(filter(None, pairs), {record.partition: record.offset + 1 for record in records})
            read += len(records)
            progress(read)
        kept.finish()
        return Carried(read, len(kept))
    except InvalidTag:
        raise ChangeRefused("an identity cannot be opened with this key file: nothing is changed") from None
    finally:
        kept.close()


def end(settings: Settings, by: str, progress: Progress = lambda read: None) -> Carried:
    """Carry over whoever is left, leave a record of it, and give the old key up.

    While somebody still entered records with the old key, people could be hashed with either. From now on a host that
    still has the old key file is refused.
    """
    administrator = _administrator(settings, by)
    path = key_path(settings)
    require_begun(path)
    _require_nothing_entering(settings)
    carried = carry(settings, progress)
    _keep_record(settings, administrator, AuditKind.KEY_CHANGE_ENDED, key_to_carry_to(path), carried.kept)
    end_change(path)
    compared_keyring(settings)  # claims the new key; cut off before, the next process that starts does
    return carried


def _require_nothing_entering(settings: Settings) -> None:
    """What waits in the spool of a gateway bears pseudonyms of the old key that the topic does not know yet."""
    try:
        spool = Spool(settings.folder / "spool", settings.spool_bytes)
    except SpoolInUse:
        raise ChangeRefused("the gateway runs: stop it and all feeds first, and start them afterwards") from None
    is_empty = spool.is_empty
    spool.close()
    if not is_empty:
        raise ChangeRefused("pushes wait in the spool of the gateway: let it send them first")


def _administrator(settings: Settings, name: str) -> User:
    for user in users_of(settings).all():
        if (user.name, user.role, user.is_active) == (name, Role.ADMINISTRATOR, True):
            return user
    raise ChangeRefused("no active administrator of this name may sign in at the console")


def _keep_record(settings: Settings, by: User, kind: AuditKind, key_id: str, count: int = 0) -> None:
    """The same step about the same key is the same record, however often it is tried."""
    record = AuditRecord(
        audit_id="U" + digest(kind.value, key_id),
        kind=kind,
        at=datetime.now(UTC),
        by=by.name,
        role=by.role,
        unit=by.unit,
        territory=by.territory,
        count=count,
    )
    send(settings, [Message(Topic.AUDIT, 0, record.audit_id.encode(), record.to_bytes())])
