"""`python -m deploy supervise [WORKERS]` keeps an instance's processes running (started by `petitions up`);
`python -m deploy gateway` is the gateway of the producers that also answers questions by the rules;
`python -m deploy register-due` has open cases determined again by the changes whose day has come (run daily);
`python -m deploy console` is the console of the consumers, with the register's units and sealed identities;
`python -m deploy prepare` fetches the servers if this machine will need them, and says what is missing;
`python -m deploy compile` compiles what workers would compile at their first start.
"""

import sys

from deploy.servers.addresses import ServersUnavailable
from schemas.settings import Settings

USAGE = "usage: python -m deploy supervise [WORKERS] | gateway | console | register-due | prepare | compile | audit\n"


def main(arguments: list[str]) -> int:
    """Run what is asked for; 2 for wrong use."""
    match arguments:
        case ["supervise", *workers] if len(workers) < 2 and all(one.isdigit() for one in workers):
            from deploy.supervisor import supervise
            from schemas.logs import configure_logs

            settings = Settings.from_env()
            configure_logs(settings.log_level)
            return supervise(settings, int(workers[0]) if workers else 1)
        case ["gateway"]:
            from deploy.asking import Desk
            from processors.register_log import adopted
            from producers.__main__ import main as serve

            settings = Settings.from_env()
            return serve(["gateway"], Desk(settings.register_dir, lambda: adopted(settings)).asked)
        case ["register-due"]:
            from consumers.search.days import today
            from deploy.register_instance import carry_out

            counts = carry_out(Settings.from_env(), today())
            sys.stdout.write(f"{today()}: {counts or 'no change is due'}\n")
            return 0
        case ["console"]:
            from deploy.console import serve as serve_console

            serve_console(Settings.from_env())
            return 0
        case ["audit"]:
            from deploy.auditing import audit

            return audit()
        case ["compile"]:
            from processors.register_files import load_register
            from processors.rulebook import Rulebook
            from processors.warming import warm_up

            warm_up(Rulebook(load_register(None)))
            return 0
        case ["prepare"]:
            return _prepare()
    sys.stderr.write(USAGE)
    return 2


def _prepare() -> int:
    from deploy.servers.provision import prepare

    try:
        prepare(Settings.from_env())
    except ServersUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
