"""`python -m deploy supervise [WORKERS]`: the supervisor of one instance; started by `petitions up`."""

import sys

from deploy.supervisor import supervise
from schemas.settings import Settings


def main(arguments: list[str]) -> int:
    """Run the supervisor; 2 for wrong use."""
    if not arguments or arguments[0] != "supervise" or not all(one.isdigit() for one in arguments[1:]):
        sys.stderr.write("usage: python -m deploy supervise [WORKERS]\n")
        return 2
    return supervise(Settings.from_env(), int(arguments[1]) if len(arguments) > 1 else 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
