"""Jobs run in the scope in which they were left, one failing stops no other, and those of a dead worker are taken up."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from consortium.desks.models import Desk
from consortium.post import services
from consortium.trail.models import TrailEntry
from tenants import scope
from tenants.database import db
from tests.factories import Founded
from tests.post.workers import Worker, eventually

Start = Callable[..., Worker]
Jobs = Callable[[str], list[tuple[int, str]]]


def leave(consortium: Founded, task_name: str, **args: object) -> int:
    with consortium.scope():
        number = services.defer(task_name, **args)
        db.session.commit()
    return number


def desks(consortium: Founded) -> list[str]:
    with consortium.scope():
        return list(db.session.execute(select(Desk.name).order_by(Desk.slug)).scalars())


def test_a_job_works_on_its_own_consortium_as_who_left_it(trecate: Founded, other: Founded, start: Start) -> None:
    start()
    before, actor = desks(other), uuid4()
    with trecate.app.app_context(), scope.tenant_scope(trecate.id, trecate.region_id, actor_id=actor, request_id="r1"):
        services.defer("trial.rename", name="Sportello nuovo")
        db.session.commit()
    eventually(lambda: "Sportello nuovo" in desks(trecate))
    assert desks(other) == before
    with trecate.scope():
        changed = select(TrailEntry.actor_id, TrailEntry.request_id).where(TrailEntry.table_name == "desks", TrailEntry.action == "update")
        assert db.session.execute(changed).all() == [(actor, "r1")]


def test_one_failing_stops_no_other_and_is_given_up_at_last(
    trecate: Founded, other: Founded, start: Start, jobs: Jobs, hasten: Callable[[], None]
) -> None:
    worker = start()
    number = leave(trecate, "trial.break", name="Mai")
    leave(other, "trial.rename", name="Sportello nuovo")
    eventually(lambda: "Sportello nuovo" in desks(other))
    eventually(lambda: jobs(f"id = {number} AND attempts = 1 AND status = 'todo'"))
    assert "Mai" not in desks(trecate)
    hasten()
    eventually(lambda: jobs(f"id = {number} AND status = 'failed'"))
    assert "given up" in desks(trecate)
    assert "Mai" not in worker.log.read_text()


def test_progress_is_seen_although_the_job_fails(trecate: Founded, start: Start) -> None:
    start()
    leave(trecate, "trial.progress", name="42 %")
    eventually(lambda: "42 %" in desks(trecate))
    assert "lost" not in desks(trecate)


def test_a_dead_workers_job_is_taken_up(trecate: Founded, start: Start, tmp_path: Path) -> None:
    first, diary = start(), tmp_path / "diary"
    leave(trecate, "trial.linger", diary=str(diary), word="uno", seconds=3)
    eventually(diary.exists)
    first.kill()
    second = start()
    eventually(lambda: "uno" in desks(trecate))
    assert diary.read_text().split() == ["uno"] * 3
    assert "jobs taken up" in second.log.read_text()


def test_told_to_stop_a_worker_ends_its_job_first(trecate: Founded, start: Start, tmp_path: Path) -> None:
    worker, diary = start(), tmp_path / "diary"
    leave(trecate, "trial.linger", diary=str(diary), word="uno", seconds=1)
    eventually(diary.exists)
    assert worker.stop() == 0
    assert "uno" in desks(trecate)


def test_a_job_that_does_not_end_in_time_is_given_back(trecate: Founded, start: Start, jobs: Jobs, tmp_path: Path) -> None:
    worker, diary = start("--grace=0.2"), tmp_path / "diary"
    number = leave(trecate, "trial.linger", diary=str(diary), word="uno", seconds=2)
    eventually(diary.exists)
    assert worker.stop() == 0
    assert jobs(f"id = {number} AND attempts = 0") == [(number, "todo")]
    assert "uno" not in desks(trecate)
    start()
    eventually(lambda: "uno" in desks(trecate))


def test_one_at_a_time_in_a_consortium_while_others_go_on(trecate: Founded, other: Founded, start: Start, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    for word in ("uno", "due"):
        leave(trecate, "trial.linger", diary=str(diary), word=word, seconds=2)
    leave(other, "trial.linger", diary=str(diary), word="altrove", seconds=0.5)
    start()
    eventually(lambda: "due" in desks(trecate) and "altrove" in desks(other))
    written = diary.read_text().split()
    assert [word for word in written if word != "altrove"] == ["uno", "uno", "due", "due"]
    spans = [written[written.index(word) : len(written) - written[::-1].index(word)] for word in ("uno", "due")]
    assert any("altrove" in span for span in spans)  # begun or ended while one of ours went on
