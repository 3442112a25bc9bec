"""The command line: `python -m bot …`, also installed as `tiendo` (docs/rules/contract.md).

Exit codes: 0 done, 1 the work failed, 2 wrong use or settings. Errors are one sentence on standard error.
"""

from __future__ import annotations

import sys
import traceback
from typing import Annotated

import typer

from bot import __version__
from bot.cli import archive, people, period_report, plan_export, reminders, seed, serve
from bot.cli.ask import ask
from bot.cli.check import check
from bot.cli.house import WrongUse, sentence_of
from bot.settings import SettingsError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Tiến Độ: the chat bot with which communes carry out their yearly Resolution 57 plans.",
)
app.command()(serve.run)
app.command()(serve.demo)
app.command()(seed.seed)
app.add_typer(people.person, name="person")
app.command()(people.invite)
app.command()(plan_export.export)
app.command()(period_report.report)
app.command()(reminders.reminders)
app.command()(ask)
app.command()(check)
app.command()(archive.backup)
app.command()(archive.restore)
app.command()(archive.migrate)

_verbose = False


@app.callback()
def _options(
    verbose: Annotated[bool, typer.Option("--verbose", help="Add the trace to an error.")] = False,
) -> None:
    global _verbose
    _verbose = verbose


@app.command()
def version() -> None:
    """Print the version."""
    print(__version__)


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        app()
    except Exception as error:
        # Nothing may leave as a trace of code; --verbose shows it.
        _fail(error, sentence_of(error))
        sys.exit(2 if isinstance(error, WrongUse | SettingsError) else 1)


def _fail(error: BaseException, sentence: str) -> None:
    if _verbose:
        traceback.print_exception(error)
    print(sentence, file=sys.stderr)


if __name__ == "__main__":
    main()
