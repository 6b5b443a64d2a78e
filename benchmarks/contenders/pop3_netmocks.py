"""POP3Mock with a full maildrop, its journal on."""

from contenders.serving import serve
from load_pop3 import MESSAGE, MESSAGES, NAME, PASSWORD

from netmocks.mail import POP3Mock

if __name__ == "__main__":
    with POP3Mock(accounts={NAME: PASSWORD}) as mock:
        for _ in range(MESSAGES):
            mock.mailboxes[NAME].add(MESSAGE)
        serve(mock.port)
