"""The MySQL mock meets SQLAlchemy, through each of its drivers."""

import asyncio
import datetime as dt
import decimal

import pytest
import sqlalchemy as sa
from sqlalchemy import exc, orm
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from netmocks.mysql import MySQLMock, MySQLRelay, MySQLServer
from netmocks.mysql.server import installed

DRIVERS = ("mysql+mysqlconnector", "mysql+pymysql")
ASYNC_DRIVERS = ("mysql+aiomysql", "mysql+asyncmy")


class Base(orm.DeclarativeBase):
    pass


class Role(Base):
    __tablename__ = "role"

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(20), index=True)
    users: orm.Mapped[list["User"]] = orm.relationship(
        back_populates="role", cascade="all, delete-orphan"
    )


class User(Base):
    __tablename__ = "user"

    id: orm.Mapped[int] = orm.mapped_column(sa.BigInteger, primary_key=True)
    email: orm.Mapped[str] = orm.mapped_column(sa.String(50), unique=True)
    active: orm.Mapped[bool] = orm.mapped_column(default=True)
    balance: orm.Mapped[decimal.Decimal] = orm.mapped_column(sa.Numeric(10, 2), default=1)
    at: orm.Mapped[dt.datetime] = orm.mapped_column(server_default=sa.func.now())
    kind: orm.Mapped[str] = orm.mapped_column(sa.Enum("a", "b"), default="a")
    data: orm.Mapped[dict] = orm.mapped_column(sa.JSON, default=dict)
    photo: orm.Mapped[bytes | None] = orm.mapped_column(sa.LargeBinary)
    role_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("role.id"))
    role: orm.Mapped[Role] = orm.relationship(back_populates="users")


@pytest.fixture(scope="session")
def real_server():
    if installed() is None:
        pytest.skip("no MySQL server is installed: apt-get install mariadb-server")
    with MySQLServer() as server:
        yield server


@pytest.fixture(params=["mock", "real"])
def server(request):
    """The mock, and the real server behind its relay."""
    accounts = {"root": "p@ss/word"}
    if request.param == "mock":
        made = MySQLMock(accounts=accounts)
    else:
        made = MySQLRelay(request.getfixturevalue("real_server").renew(accounts=accounts))
    with made:
        yield made


@pytest.fixture(params=DRIVERS)
def engine(request, server):
    options = {"use_pure": True} if "connector" in request.param else {}
    engine = sa.create_engine(server.url(request.param), connect_args=options)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine):
    with orm.Session(engine) as session:
        yield session


@pytest.fixture
def mary(session):
    role = Role(name="Mary", users=[User(email="a@example.com"), User(email="b@example.com")])
    session.add(role)
    session.commit()
    return role


def count(session, entity):
    return session.scalar(sa.select(sa.func.count()).select_from(entity))


def test_objects_get_their_keys_and_come_back_equal(session):
    user = User(
        email="é@example.com",
        balance=decimal.Decimal("12.30"),
        data={"list": [1, "é", None]},
        photo=b"\x00\xff'",
        role=Role(name="Mary"),
    )
    session.add(user)
    session.commit()
    session.expire_all()

    assert (user.id, user.role.id, user.active, user.kind) == (1, 1, True, "a")
    assert user.balance == decimal.Decimal("12.30")
    assert (user.data, user.photo) == ({"list": [1, "é", None]}, b"\x00\xff'")
    assert isinstance(user.at, dt.datetime)


def test_objects_are_updated_and_deleted(session, mary):
    mary.name = "Bob"
    session.commit()
    session.delete(mary.users[0])
    session.commit()

    assert session.scalars(sa.select(Role.name)).all() == ["Bob"]
    assert [user.email for user in mary.users] == ["b@example.com"]
    session.delete(mary)
    session.commit()
    assert (count(session, Role), count(session, User)) == (0, 0)


def test_queries_join_group_and_page(session, mary):
    query = sa.select(Role.name, sa.func.count(User.id)).join(User).group_by(Role.name)
    assert session.execute(query).all() == [("Mary", 2)]
    page = sa.select(User.email).where(Role.name == "mary").join(Role).order_by(User.id.desc())
    assert session.scalars(page.limit(1)).all() == ["b@example.com"]
    assert session.scalars(page.limit(1).offset(1)).all() == ["a@example.com"]
    eager = sa.select(Role).options(orm.selectinload(Role.users))
    assert len(session.scalars(eager).one().users) == 2


def test_a_duplicate_is_an_integrity_error_and_a_rollback_undoes_it(session, mary):
    session.add(User(email="A@example.com", role=mary))
    with pytest.raises(exc.IntegrityError, match="1062"):
        session.commit()
    session.rollback()

    assert count(session, User) == 2


def test_a_nested_transaction_is_a_savepoint(session, mary):
    with session.begin_nested() as nested:
        session.add(Role(name="gone"))
        session.flush()
        nested.rollback()
    session.add(Role(name="kept"))
    session.commit()

    assert session.scalars(sa.select(Role.name).order_by(Role.id)).all() == ["Mary", "kept"]


def test_many_rows_are_inserted_and_updated_at_once(session):
    session.execute(sa.insert(Role), [{"name": f"n{number}"} for number in range(50)])
    updated = session.execute(sa.update(Role).where(Role.name.like("n1%")).values(name="one"))
    session.commit()

    assert updated.rowcount == 11
    assert count(session, Role) == 50


def test_a_stale_object_is_noticed_by_the_rows_it_matched(session, mary, engine):
    assert (mary.id, mary.name) == (1, "Mary")
    with engine.begin() as other:
        other.execute(sa.text("DELETE FROM user"))
        other.execute(sa.text("DELETE FROM role"))
    mary.name = "Bob"

    with pytest.raises(orm.exc.StaleDataError):
        session.commit()
    session.rollback()


def test_tables_are_reflected(engine):
    found = sa.inspect(engine)
    columns = {column["name"]: column for column in found.get_columns("user")}
    metadata = sa.MetaData()
    metadata.reflect(engine)

    assert found.get_table_names() == ["role", "user"]
    assert (found.has_table("role"), found.has_table("nosuch")) == (True, False)
    assert isinstance(columns["id"]["type"], sa.types.BigInteger)
    assert str(columns["balance"]["type"]) == "DECIMAL(10, 2)"
    assert columns["kind"]["type"].enums == ["a", "b"]
    assert (columns["photo"]["nullable"], columns["email"]["nullable"]) == (True, False)
    assert found.get_pk_constraint("user")["constrained_columns"] == ["id"]
    [foreign] = found.get_foreign_keys("user")
    assert (foreign["referred_table"], foreign["constrained_columns"]) == ("role", ["role_id"])
    assert [index["name"] for index in found.get_indexes("role")] == ["ix_role_name"]
    assert next(iter(metadata.tables["user"].c.role_id.foreign_keys)).column.table.name == "role"


def test_all_is_dropped_again(engine):
    Base.metadata.drop_all(engine)

    assert sa.inspect(engine).get_table_names() == []


@pytest.mark.parametrize("driver", ASYNC_DRIVERS)
def test_asynchronous_sessions_work_alike(server, driver):
    async def main():
        engine = create_async_engine(server.url(driver))
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with AsyncSession(engine) as session:
            role = Role(name="Mary")
            session.add(role)
            await session.commit()
            await session.refresh(role)
            names = (await session.scalars(sa.select(Role.name))).all()
            key = role.id
        await engine.dispose()
        return key, names

    assert asyncio.run(main()) == (1, ["Mary"])
