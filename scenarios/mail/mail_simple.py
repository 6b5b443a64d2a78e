"""Send a text mail by port 25, show the dialogue, and leave without a word.

As documented there is no QUIT: `closing` gives the socket back and says nothing, where the
client's own `with` would take its leave. The mail is sent all the same.
"""

import smtplib
from contextlib import closing
from email.message import EmailMessage


def main():
    message = EmailMessage()
    message["From"] = "sender@example.com"
    message["To"] = "receiver@example.com"
    message["Subject"] = "important message"
    message.set_content("hello message")
    with closing(smtplib.SMTP("smtp.163.com", 25)) as server:
        server.set_debuglevel(1)
        server.login("sender@example.com", "authcode")
        server.send_message(message)


if __name__ == "__main__":
    main()
