"""`seed`: load plans, or write the workbook a commune fills in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.house import SEEDS, WrongUse, note, now, open_desk, require_writable, run, say, words

if TYPE_CHECKING:
    from bot.plans.problems import Doubt
    from bot.plans.schema import PlanFile
    from bot.services.plan.load_plan import LoadReport
    from bot.services.plan.plan_differences import Difference


def seed(
    plans: Annotated[list[str] | None, typer.Argument(metavar="[SLUG or FILE]...")] = None,
    in_use: Annotated[bool, typer.Option("--in-use", help="Put the plan in use at once, without the opening.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Say what would be done; change nothing.")] = False,
    template: Annotated[Path | None, typer.Option(help="Write the workbook a commune fills in, and stop.")] = None,
) -> None:
    """Load plans from seeds/ (all, or those named) or from a file of one's own (.yaml, .xlsx)."""
    if template is not None:
        from bot.plans.workbooks.template import write_template

        require_writable(template)
        write_template(template)
        say("cli.template_written", path=template)
        return
    files = [_read(path) for path in _paths(plans or [])]
    run(_load(files, in_use=in_use, preview=preview))


def _paths(named: list[str]) -> list[Path]:
    if not named:
        return sorted(SEEDS.glob("*.yaml"))
    return [_path(name) for name in named]


def _path(name: str) -> Path:
    own, shipped = Path(name), SEEDS / f"{name}.yaml"
    if own.suffix.lower() in (".yaml", ".yml", ".xlsx"):
        if not own.is_file():
            raise WrongUse("no_such_file", path=name)
        return own
    if not shipped.is_file():
        raise WrongUse("no_such_slug", slug=name, known=", ".join(path.stem for path in sorted(SEEDS.glob("*.yaml"))))
    return shipped


def _read(path: Path) -> PlanFile:
    from bot.plans.problems import PlanFileError
    from bot.plans.reader import read_yaml

    try:
        if path.suffix.lower() == ".xlsx":
            from bot.plans.workbooks.workbook import read_workbook

            return read_workbook(path)
        return read_yaml(path)
    except PlanFileError as error:
        _tell_problems(path, error)
        raise


def _tell_problems(path: Path, error: Exception) -> None:
    t = words()
    for problem in getattr(error, "problems", ()):
        why = t(f"problem.{problem.key}", **problem.figures)
        note("cli.problem", path=path.name, where=problem.where, why=why)


async def _load(files: list[PlanFile], *, in_use: bool, preview: bool) -> None:
    from bot.plans.problems import PlanFileError
    from bot.services.plan.load_plan import load
    from bot.services.plan.plan_differences import FileRefused

    async with open_desk(makes=True) as desk:
        for file in files:
            try:
                report = await load(desk, file, now=now(), in_use=in_use, preview=preview)
            except PlanFileError as error:
                _tell_problems(Path(file.locality.slug), error)
                raise
            except FileRefused as refused:
                if preview:
                    _tell_differences(refused.differences)
                raise
            _tell(report, file.locality.slug, preview=preview)


def _tell(report: LoadReport, asked_for: str, *, preview: bool) -> None:
    t = words()
    say(
        "cli.seed_preview" if preview else "cli.seeded",
        slug=report.slug,
        year=report.plan.year,
        added=len(report.added),
        changed=len(report.changed),
        unchanged=len(report.unchanged),
        doubtful=len({doubt.code for doubt in report.doubts}),
        red=len({one.code for one in report.red_at_once}),
    )
    _tell_slug(report, asked_for)
    if preview:
        _tell_differences(report.differences)
    for key, told in (("cli.seed_changed", report.changed), ("cli.seed_absent", report.absent)):
        if told:
            print("  " + t(key, codes=", ".join(told)))
    for doubt in report.doubts:
        # A published plan may have dozens of one kind: the preview names each row, loading sums them up by kind.
        if preview or not doubt.code:
            print("  " + t("cli.doubt", code=doubt.code or report.slug, why=_why(doubt)))
    if not preview:
        for key, codes in _by_key(report.doubts).items():
            print("  " + t("cli.doubts", why=t(f"doubts.{key}"), codes=", ".join(codes)))


def _tell_slug(report: LoadReport, asked_for: str) -> None:
    from bot.services.plan.settle_locality import full_name

    if report.owner is not None:
        taken = words()("cli.seed_slug_taken", slug=report.slug, asked=asked_for, owner=full_name(report.owner))
        print("  " + taken)
    elif report.slug != asked_for:
        print("  " + words()("cli.seed_slug_kept", slug=report.slug, asked=asked_for))


def _tell_differences(differences: Iterable[Difference]) -> None:
    t = words()
    for each in differences:
        part = t(f"plan_part.{each.part}")
        where = f"{each.code}, {part}" if each.code else part
        print("  " + t("cli.seed_difference", where=where, old=each.old, new=each.new))


def _why(doubt: Doubt) -> str:
    return words()(f"doubt.{doubt.key}", **doubt.figures)


def _by_key(doubts: tuple[Doubt, ...]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for doubt in doubts:
        if doubt.code and doubt.code not in found.setdefault(doubt.key, []):
            found[doubt.key].append(doubt.code)
    return found
