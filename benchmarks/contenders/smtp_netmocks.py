"""SMTPMock, its journal on."""

from contenders.serving import serve

from netmocks.mail import SMTPMock

if __name__ == "__main__":
    with SMTPMock() as mock:
        serve(mock.port)
