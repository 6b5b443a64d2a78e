"""Send a text mail by SMTP, in any of the three ways in which a provider takes it.

Port 25 is plain, 465 speaks TLS from the first byte, and 587 begins plain and turns to TLS by
STARTTLS. The documented form for 465 uses the plain class: it waits for a greeting while the
server waits for a TLS handshake, and it would wait for ever.
"""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage

SERVER = "smtp.gmail.com"
PASSWORD = "password"
SENDER = Address("Python爱好者", addr_spec="from@gmail.com")
RECIPIENT = Address("管理员", addr_spec="to@yahoo.com")
SUBJECT = "来自SMTP的问候……"
TEXT = "hello, send by Python..."


def compose(text, subtype):
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = RECIPIENT
    message["Subject"] = SUBJECT
    message.set_content(text, subtype=subtype)
    return message


def connect(port):
    if port == 465:
        return smtplib.SMTP_SSL(SERVER, port, context=ssl.create_default_context())
    return smtplib.SMTP(SERVER, port)


def main(port=25, text=TEXT, subtype="plain"):
    try:
        with connect(port) as server:
            server.set_debuglevel(1)
            if port == 587:
                server.starttls(context=ssl.create_default_context())
            server.login(SENDER.addr_spec, PASSWORD)
            server.send_message(compose(text, subtype))
    except OSError as error:  # SMTPException is one, too
        print(f"Error: {error}")


if __name__ == "__main__":
    main()
