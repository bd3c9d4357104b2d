"""`petitions console` and `petitions users`: the console of an instance, and who may sign in there."""

from typing import TYPE_CHECKING, Annotated

import typer

from schemas.terms import Role

if TYPE_CHECKING:
    from pydantic import ValidationError

JSON = Annotated[bool, typer.Option("--json", help="For programs.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(console)
    users = typer.Typer(help="Who may sign in at the console, and as what.", no_args_is_help=True)
    users.command("put")(put)
    users.command("deactivate")(deactivate)
    users.command("list")(list_users)
    app.add_typer(users, name="users")


def console() -> None:
    """Serve the console of the instance until Ctrl-C; `petitions up` does it in the background."""
    from deploy.console import serve
    from deploy.servers.instance import located
    from deploy.servers.ports import is_free
    from schemas.settings import Settings

    settings = located(Settings.from_env())
    if settings.console_port and not is_free(settings.console_port, settings.console_host):
        typer.echo(f"port {settings.console_port} is taken, choose another: PETITIONS_CONSOLE_PORT", err=True)
        raise typer.Exit(1)
    serve(settings, lambda address: typer.echo(address))


def put(
    name: Annotated[str, typer.Argument(help="Sign-in name: 2 to 64 letters, digits, dots, dashes, @.")],
    role: Annotated[Role, typer.Option(help="What the official may do.")],
    unit: Annotated[str, typer.Option(help="Code of the official's unit, as in the register.")] = "",
    territory: Annotated[str, typer.Option(help="Code of the division supervised. Empty: that of the unit.")] = "",
    identities: Annotated[bool, typer.Option("--identities", help="May see who petitioned, for a purpose.")] = False,
    password: Annotated[bool, typer.Option(help="Sign in with a password; without, by OpenID Connect only.")] = True,
) -> None:
    """Add a user or replace one. The password is made now, shown once and kept as a hash only."""
    from pydantic import ValidationError

    from consumers.rights.users import User
    from deploy.official_users import UnknownUnit, placed, users_of
    from schemas.settings import Settings

    settings = Settings.from_env()
    try:
        placed_unit = placed(settings, unit, territory)
        user = User(name=name, role=role, unit=unit, territory=placed_unit, may_see_identities=identities)
    except UnknownUnit as error:
        raise typer.BadParameter(str(error), param_hint="--unit") from None
    except ValidationError as error:
        raise typer.BadParameter(_fault(error)) from None
    made = users_of(settings).put(user, with_password=password)
    typer.echo(f"{name}: {role.label}" + (f"  password {made}" if made else ""))


def _fault(error: "ValidationError") -> str:
    """What is wrong with a user, and in which argument."""
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"].removeprefix("Value error, ")


def deactivate(name: Annotated[str, typer.Argument(help="Sign-in name.")]) -> None:
    """Take a user's access away; open sessions end with their next request."""
    from deploy.official_users import users_of
    from schemas.settings import Settings

    try:
        users_of(Settings.from_env()).deactivate(name)
    except KeyError:
        typer.echo("no such user", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{name}: deactivated")


def list_users(as_json: JSON = False) -> None:
    """Show all users."""
    from deploy import rendering
    from deploy.official_users import users_of
    from schemas.settings import Settings

    found = users_of(Settings.from_env()).all()
    if as_json:
        typer.echo(rendering.as_json([user.model_dump(mode="json", exclude={"password"}) for user in found]))
        return
    for user in found:
        active = "" if user.is_active else "  deactivated"
        identities = "  may see identities" if user.may_see_identities else ""
        typer.echo(f"{user.name}  {user.role.label}  {user.unit or '-'}  {user.territory or '-'}{identities}{active}")
