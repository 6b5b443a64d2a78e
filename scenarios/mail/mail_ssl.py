"""Send a mail over implicit TLS; it has a body and nothing else: no subject, no From, no To.

Who gets it is said by the envelope alone.
"""

import smtplib
import ssl
from email.message import EmailMessage

SENDER = "sender@qq.example"
RECEIVER = "receiver@example.com"


def main():
    message = EmailMessage()
    message.set_content("The mail from python application.")
    with smtplib.SMTP_SSL("smtp.qq.com", 465, context=ssl.create_default_context()) as server:
        server.login(SENDER, "authcode")
        server.send_message(message, SENDER, [RECEIVER])


if __name__ == "__main__":
    main()
