"""Send a mail with a picture, in one of three forms.

`attachment` has a text and the picture, `alternative` says the same as text and as HTML, and
`picture` shows the attached picture within its HTML.
"""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

SERVER = "smtp.gmail.com"
PASSWORD = "password"
SENDER = Address("Python爱好者", addr_spec="from@gmail.com")
RECIPIENT = Address("管理员", addr_spec="to@yahoo.com")
SUBJECT = "来自SMTP的问候……"


def attach_picture(message):
    message.add_attachment(
        Path("test.png").read_bytes(),
        maintype="image",
        subtype="png",
        filename="test.png",
        cid="<0>",
        headers=["X-Attachment-Id: 0"],
    )


def attachment(message):
    message.set_content("send with file...")
    attach_picture(message)


def alternative(message):
    message.set_content("hello")
    message.add_alternative("<html><body><h1>Hello</h1></body></html>", subtype="html")


def picture(message):
    html = '<html><body><h1>Hello</h1><p><img src="cid:0"></p></body></html>'
    message.set_content(html, subtype="html")
    attach_picture(message)


FORMS = {"attachment": attachment, "alternative": alternative, "picture": picture}


def main(form="attachment"):
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = RECIPIENT
    message["Subject"] = SUBJECT
    FORMS[form](message)
    try:
        with smtplib.SMTP(SERVER, 587) as server:
            server.set_debuglevel(1)
            server.starttls(context=ssl.create_default_context())
            server.login(SENDER.addr_spec, PASSWORD)
            server.send_message(message)
    except OSError as error:  # SMTPException is one, too
        print(f"Error: {error}")


if __name__ == "__main__":
    main()
