"""Send a mail with a file as a plain series of bytes.

The documented form makes the attachment with `MIMEText`, which is for text: Python 3 refuses bytes
there, or, if it is given a charset, calls them `text/base64`. `MIMEApplication` is for them. And
the documented form closes the connection without QUIT; `with` says it, and closes then.
"""

import smtplib
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

TEXT = "important message\n\r\r\n"  # the line ends are odd, and arrive so: base64 keeps them


def compose():
    message = MIMEMultipart("mixed")
    message["From"] = "sender@example.com"
    message["To"] = "receiver@example.com"
    message["Subject"] = "important message"
    message.attach(MIMEText(TEXT, "plain", "utf-8"))
    file = MIMEApplication(Path("program.txt").read_bytes(), "octet-stream")
    file.add_header("Content-Disposition", "attachment", filename="program.txt")
    message.attach(file)
    return message


def main():
    message = compose()
    with smtplib.SMTP("smtp.163.com", 25) as server:
        server.login("sender@example.com", "authcode")
        server.send_message(message)


if __name__ == "__main__":
    main()
