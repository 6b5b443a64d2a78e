"""Send an HTML mail that shows one of its three attachments, over implicit TLS.

The documented form reads its files from a drive of its author's; here they lie in the folder in
which the program runs. The media type of the table, `file/excel`, is kept as documented: it is
registered nowhere, and mail carries it all the same.
"""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

SENDER = Address("Harry", addr_spec="sender@qq.example")
RECEIVER = Address("ChengGuoqian", addr_spec="receiver@example.com")


def attach(message, name, maintype, subtype, cid=None):
    content = Path(name).read_bytes()
    message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name, cid=cid)


def compose():
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = RECEIVER
    message["Subject"] = "HTML邮件测试-带有附件"
    cid = make_msgid(domain=SENDER.domain)
    html = f'<html><body><h1>Hello</h1><p><img src="cid:{cid[1:-1]}"></p></body></html>'
    message.set_content(html, subtype="html")
    attach(message, "picture.jpg", "image", "jpeg", cid)
    attach(message, "me.jpg", "image", "jpeg")
    attach(message, "test.xlsx", "file", "excel")
    return message


def main():
    message = compose()
    with smtplib.SMTP_SSL("smtp.qq.com", 465, context=ssl.create_default_context()) as server:
        server.login(SENDER.addr_spec, "authcode")
        server.send_message(message)


if __name__ == "__main__":
    main()
