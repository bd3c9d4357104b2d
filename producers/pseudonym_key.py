"""The change of the pseudonym key, in the key file: begun, while both keys are there, and ended.

While both are there, pseudonyms are made with the old key, and who is known is carried over to the new one
(`producers.kept_pseudonyms`). Then the old one goes: only people who were never heard of are named by the new one.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

from producers.kept_pseudonyms import KeptPseudonyms, Pair
from producers.keyring import (
    FOLLOWS,
    FORMER_CHECKS,
    NEXT,
    RECEIPTS,
    kept_path,
    load_keyring,
    new_key,
    read_keys,
    replace_keys,
)


class ChangeRefused(RuntimeError):
    """This step of a change of the pseudonym key cannot be taken now; says why."""


def begin_change(path: Path) -> str:
    """Add the key that is to come; the id of the key. Begun before: the same key again."""
    load_keyring(path)  # refuses what is no key file
    found = read_keys(path)
    if NEXT not in found:
        replace_keys(path, found | {NEXT: new_key()})
    return str(read_keys(path)[NEXT]["id"])


def key_to_carry_to(path: Path) -> str:
    """The id of the key that people are carried over to: the one to come, else the one that came last."""
    found = read_keys(path)
    if NEXT not in found and FOLLOWS not in found["pseudonym"]:
        raise ChangeRefused("the pseudonym key was never changed, and no change was begun")
    return str(found.get(NEXT, found["pseudonym"])["id"])


def require_begun(path: Path) -> None:
    """Raises `ChangeRefused` where no change is under way."""
    if NEXT not in read_keys(path):
        raise ChangeRefused("no change of the pseudonym key was begun")


def end_change(path: Path) -> None:
    """The new key takes the place of the old one, which is gone from the file then.

    Codes on receipts stay as they are: their key, which no pseudonym can be made with, is kept on its own. So is the
    check value of the old key: by it the new one is known to follow (`producers.instance_keys`).
    """
    require_begun(path)
    found = read_keys(path)
    try:
        KeptPseudonyms.opened(kept_path(path, found[NEXT]["id"])).close()
    except FileNotFoundError:
        raise ChangeRefused("nobody was carried over to the new key yet") from None
    ring = load_keyring(path)
    receipts, checks = b64encode(ring.receipt_key).decode("ascii"), [ring.check_value, *ring.former_check_values]
    kept = {name: value for name, value in found.items() if name != NEXT}
    coming = found[NEXT] | {FOLLOWS: found["pseudonym"]["id"]}
    replace_keys(path, kept | {"pseudonym": coming, RECEIPTS: {"key": receipts}, FORMER_CHECKS: checks})
    kept_path(path, found["pseudonym"]["id"]).unlink(missing_ok=True)


def carrier(path: Path) -> Callable[[bytes], Pair | None]:
    """What makes of a message of the topic of identities the pair to keep, or None where there is nothing to keep.

    Raises `cryptography.exceptions.InvalidTag` where the key file cannot open the identity.
    """
    ring, found = load_keyring(path, with_kept=False), read_keys(path)
    key = b64decode(found.get(NEXT, found["pseudonym"])["key"])
    return lambda message: ring.carried(message, key)
