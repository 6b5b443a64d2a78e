"""Receive mail: by POP3 or by IMAP, plainly or over TLS.

The document has the heading, and no code. Each mail is kept as a file, byte for byte, and shown by
a line; then it is deleted on the server. By POP3, that takes effect at QUIT; by IMAP, at EXPUNGE.
"""

import email.policy
import imaplib
import poplib
import ssl
from contextlib import closing
from pathlib import Path

DOMAIN = "example.com"
USER = "receiver@example.com"
PASSWORD = "password"


def by_pop3(host, user, password, tls):
    """Yield the mails, each as its bytes; delete them when all are read."""
    if tls:
        mailbox = poplib.POP3_SSL(host, 995, context=ssl.create_default_context())
    else:
        mailbox = poplib.POP3(host, 110)
    with closing(mailbox):
        mailbox.user(user)
        mailbox.pass_(password)
        count, size = mailbox.stat()
        print(f"{count} mails, {size} bytes")
        for entry in mailbox.list()[1]:
            number = int(entry.split()[0])
            _, lines, _ = mailbox.retr(number)
            yield b"\r\n".join([*lines, b""])
            mailbox.dele(number)
        mailbox.quit()


def by_imap(host, user, password, tls):
    """Yield the mails, each as its bytes; delete them when all are read."""
    if tls:
        mailbox = imaplib.IMAP4_SSL(host, 993, ssl_context=ssl.create_default_context())
    else:
        mailbox = imaplib.IMAP4(host, 143)
    with mailbox:
        mailbox.login(user, password)
        mailbox.select()
        _, [numbers] = mailbox.search(None, "ALL")
        print(f"{len(numbers.split())} mails")
        for number in numbers.split():
            _, [(_, content), _] = mailbox.fetch(number, "(RFC822)")
            yield content
            mailbox.store(number, "+FLAGS", r"(\Deleted)")
        mailbox.expunge()


def main(protocol="POP3", tls=True, domain=DOMAIN, user=USER):
    if protocol == "POP3":
        mails = by_pop3(f"pop.{domain}", user, PASSWORD, tls)
    else:
        mails = by_imap(f"imap.{domain}", user, PASSWORD, tls)
    for number, content in enumerate(mails, 1):
        Path(f"{number}.eml").write_bytes(content)
        message = email.message_from_bytes(content, policy=email.policy.default)
        print(f"{message['From']}: {message['Subject']}")


if __name__ == "__main__":
    main()
