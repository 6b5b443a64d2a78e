"""Map the table `role` to a class, add an object, and get it back as one."""

from sqlalchemy import Column, Integer, String, create_engine
from sqlalchemy.orm import declarative_base, sessionmaker

Base = declarative_base()


class Role(Base):
    __tablename__ = "role"

    id = Column(Integer, primary_key=True)
    name = Column(String(20))


def main(committed=True):
    engine = create_engine("mysql+mysqlconnector://root:123456@localhost:3306/test")
    Base.metadata.create_all(engine)
    session = sessionmaker(bind=engine)()
    session.add(Role(id=100, name="Mary"))
    session.flush()
    if committed:
        session.commit()
    session.close()

    session = sessionmaker(bind=engine)()
    for role in session.query(Role).filter(Role.name == "Mary").all():
        print(role.id, role.name)
    session.close()
    engine.dispose()


if __name__ == "__main__":
    main()
