"""SMTPMock, its journal on, delivering into mailboxes."""

from contenders.serving import serve

from netmocks.mail import Mailboxes, SMTPMock

if __name__ == "__main__":
    with SMTPMock(mailboxes=Mailboxes()) as mock:
        serve(mock.port)
