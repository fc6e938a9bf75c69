"""Questions of a plan: answered by a person or by a file, recorded, and safe when nobody answers."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from rig.engine.answers import Answers, check_answers, read_answers_file
from rig.engine.desk import Desk, Desks
from rig.errors import InputError
from rig.plan.loading import load_program
from rig.plan.program import Program, Question
from tests.engine.asking import Person, asking_plan
from tests.runs import Run, lines_of


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "set-up.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0 light and shadow")
    return path


@pytest.fixture
def program(tmp_path: Path, bench: BenchDescription) -> Program:
    return load_program(asking_plan(tmp_path), bench)


def prepared(picture: Path, **changed: str) -> Answers:
    answers = {
        "fit": "yes",
        "label": "SIM-BELT-0001",
        "heat": "45 %",
        "twice / side #1": "left",
        "twice / side": "right",
        "photo": str(picture),
        "away": "done",
    }
    return Answers({**answers, **changed}, {}, "unattended")


def test_every_answer_stands_in_the_record_with_who_gave_it(run: Run, tmp_path: Path, picture: Path) -> None:
    person = Person("", "X-1", "SIM-BELT-0001", "45", "left", "up", "right", str(picture), "yes")
    result = run(asking_plan(tmp_path), asker=person)
    assert result.ending.kind == "completed"
    said = [(line["who"], line["what"], line["data"]["step"]) for line in lines_of(result, "operator")]
    refused, answered = "gave an answer that was refused", "answered"
    assert said == [
        ("Ada", answered, "fit"),
        ("Ada", refused, "label"),
        ("Ada", answered, "label"),
        ("Ada", answered, "heat"),
        ("Ada", answered, "twice / side #1"),
        ("Ada", refused, "twice / side #2"),
        ("Ada", answered, "twice / side #2"),
        ("Ada", answered, "photo"),
        ("Ada", answered, "away"),
    ]
    values = {line["data"]["step"]: line["data"].get("value") for line in lines_of(result, "operator")}
    assert values["heat"] == 0.45
    assert values["twice / side #2"] == "right"
    assert person.heard.count(None) == 7


def test_a_photograph_is_kept_beside_the_record_with_its_hash(
    run: Run, tmp_path: Path, picture: Path
) -> None:
    result = run(asking_plan(tmp_path), answers=prepared(picture))
    (line,) = [line for line in lines_of(result, "operator") if line["data"]["step"] == "photo"]
    kept = result.folder / line["data"]["value"]
    assert kept.read_bytes() == picture.read_bytes()
    assert line["data"]["sha256"] == sha256(picture.read_bytes()).hexdigest()
    assert line["data"]["from"] == str(picture)


def test_prepared_answers_go_by_pass_before_they_go_by_step(run: Run, tmp_path: Path, picture: Path) -> None:
    result = run(asking_plan(tmp_path), answers=prepared(picture))
    said = {line["data"]["step"]: line["data"]["value"] for line in lines_of(result, "operator")}
    assert (said["twice / side #1"], said["twice / side #2"]) == ("left", "right")
    assert {line["who"] for line in lines_of(result, "operator")} == {"unattended"}


def test_nobody_answering_ends_in_the_safe_state(run: Run, tmp_path: Path) -> None:
    result = run(asking_plan(tmp_path), asker=Person("", "SIM-BELT-0001"))
    assert result.ending.kind == "timeout"
    assert "nobody has answered step 'heat' within 60 s" in result.ending.detail
    assert result.off.confirmed
    (off, *_) = lines_of(result, "off")
    began = next(line["t"] for line in lines_of(result, "step") if line["step"] == "heat")
    assert 60.0 <= off["t"] - began < 62.0


def test_a_prepared_answer_that_the_bench_contradicts_ends_the_run_at_once(
    run: Run, tmp_path: Path, picture: Path
) -> None:
    result = run(asking_plan(tmp_path), answers=prepared(picture, label="SIM-BELT-0002"))
    assert result.ending.kind == "timeout"
    assert "reports SIM-BELT-0001" in result.ending.detail
    assert lines_of(result, "off")[0]["t"] < 10.0
    assert not any(line["value"] is True for line in lines_of(result, "demand"))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"heat": "99 %"}, "step 'heat': 99 % is above 80 %"),
        ({"twice / side #2": "up"}, "step 'twice / side': choose one of left, right"),
        ({"fitt": "yes"}, "no step 'fitt' asks anything; did you mean \"fit\"?"),
        ({"photo": "/nowhere.jpg"}, "/nowhere.jpg: there is no such file"),
        ({"photo": __file__}, "is no picture: give one in JPEG, PNG, HEIC, WebP or TIFF"),
    ],
)
def test_answers_that_cannot_be_right_are_refused_before_anything_is_opened(
    program: Program, picture: Path, changed: dict[str, str], words: str
) -> None:
    with pytest.raises(InputError) as refused:
        check_answers(prepared(picture, **changed), [program], anybody=False)
    assert words in str(refused.value)
    assert "nothing was switched on" in str(refused.value)


def test_a_question_without_an_answer_needs_somebody(program: Program) -> None:
    with pytest.raises(InputError, match="nobody can answer it here") as refused:
        check_answers(Answers({"fit": "yes"}), [program], anybody=False)
    assert "Take it off" in str(refused.value)
    assert "'fit'" not in str(refused.value)
    check_answers(Answers({"fit": "yes"}), [program], anybody=True)


def test_the_path_of_a_photograph_begins_where_the_file_of_answers_stands(
    run: Run, tmp_path: Path, program: Program, picture: Path
) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    picture.rename(folder / picture.name)
    file = folder / "answers.yaml"
    texts = {**prepared(picture).every, "photo": picture.name}
    lines = "".join(f'  "{step}": "{text}"\n' for step, text in texts.items())
    file.write_text(f"answers:\n{lines}", encoding="utf-8")
    answers = read_answers_file(file, "Ada")
    check_answers(answers, [program], anybody=False)
    result = run(asking_plan(tmp_path), answers=answers)
    (line,) = [line for line in lines_of(result, "operator") if line["data"]["step"] == "photo"]
    assert line["data"]["from"] == str(folder / picture.name)
    with pytest.raises(InputError, match="there is no such file"):
        check_answers(replace(answers, folder=str(tmp_path)), [program], anybody=False)


def test_a_file_of_answers_has_those_of_a_lane_before_those_of_all(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("answers: {fit: yes, heat: 45 %}\nlanes:\n  left: {heat: 50 %}\n", encoding="utf-8")
    answers = read_answers_file(file, "Ada")
    assert answers.of("left") == {"fit": "yes", "heat": "50 %"}
    assert answers.of("right") == {"fit": "yes", "heat": "45 %"}
    assert answers.by.startswith("Ada, by answers.yaml (SHA-256 ")


def test_a_file_of_answers_with_mistakes_names_their_places(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("answers: {fit: [yes]}\nlane: {}\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_answers_file(file, None)
    assert "answers.yaml:1:16" in str(refused.value)
    assert 'did you mean "lanes"?' in str(refused.value)


def test_an_answer_to_what_is_not_asked_is_not_taken() -> None:
    desks = Desks()
    assert desks.answer("Ada", "yes", None, None) == {"error": "nothing is being asked"}
    left, right = Desk(), Desk()
    desks.lanes = {"left": left, "right": right}
    question = Question("Ready?", "confirm")
    left.ask("go", "go", question)
    assert desks.answer("Ada", "yes", None, "stay")["refused"] == "nothing of that kind is being asked"
    right.ask("go", "go", question)
    assert "name one of left, right" in desks.answer("Ada", "yes", None, None)["error"]
    assert desks.answer("Ada", "yes", "middle", None) == {"error": "there is no lane 'middle'"}
    assert desks.answer("Ada", "no", "right", None)["refused"]
    assert desks.answer("Ada", "yes", "right", None) == {"accepted": True, "refused": None}
    assert [given.refused is None for given in right.given()] == [False, True]
    assert not list(left.given())


def test_a_note_goes_to_every_lane_and_is_one_line() -> None:
    desks = Desks()
    assert desks.note("Ada", "warm") == {"error": "no run is in progress"}
    desks.lanes = {"left": Desk(), "right": Desk()}
    assert desks.note("Ada", "the phantom is warm") == {"accepted": True, "refused": None}
    assert desks.note("Ada", "a\nb")["accepted"] is False
    assert [[note.text for note in desk.notes()] for desk in desks.lanes.values()] == [
        ["the phantom is warm"],
        ["the phantom is warm"],
    ]
