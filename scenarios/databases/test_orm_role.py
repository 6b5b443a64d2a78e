"""A8: an object in a table, by SQLAlchemy."""

import pytest
import sqlalchemy
from sqlalchemy import exc
from sqlalchemy.orm import sessionmaker


@pytest.mark.example("A8")
def test_the_object_comes_back_as_one(program, mysql):
    console = program("orm_role.py").run()

    assert console.text == "100 Mary\n"
    assert mysql.query("SELECT * FROM role") == [(100, "Mary")]


@pytest.mark.example("A8")
def test_without_a_commit_another_session_sees_nothing(program, mysql):
    console = program("orm_role.py").run(committed=False)

    assert console.text == ""
    assert mysql.wait_for_statement("INSERT INTO `role` …").affected == 1
    assert mysql.query("SELECT * FROM role") == []


@pytest.mark.example("A8")
def test_the_real_server_gives_the_same(program, real_mysql):
    console = program("orm_role.py").run()

    assert console.text == "100 Mary\n"
    assert real_mysql.query("SELECT * FROM role") == [(100, "Mary")]


@pytest.mark.mistake("A8")
def test_a_filter_with_one_equals_sign_is_no_python():
    with pytest.raises(SyntaxError):
        compile('session.query(Role).filter(Role.name="Mary").all()', "orm.py", "eval")


@pytest.mark.mistake("A8")
def test_a_class_that_is_not_defined_can_not_be_queried(program, mysql):
    names = program("orm_role.py").load()

    with pytest.raises(NameError, match="User"):
        eval("session.query(User)", {**names, "session": sessionmaker()()})


@pytest.mark.mistake("A8")
def test_the_old_place_of_declarative_base_warns():
    from sqlalchemy.ext.declarative import declarative_base

    with pytest.warns(exc.MovedIn20Warning, match="declarative_base"):
        declarative_base()


@pytest.mark.example("A8")
def test_an_engine_with_the_wrong_password_is_refused(mysql):
    engine = sqlalchemy.create_engine("mysql+mysqlconnector://root:no@localhost:3306/test")

    with pytest.raises(exc.ProgrammingError) as caught:
        engine.connect()

    assert caught.value.orig.errno == 1045
