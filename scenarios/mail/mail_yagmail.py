"""Send a text and a file with yagmail, which makes the parts of the mail by itself.

yagmail speaks TLS from the first byte unless told otherwise. The documented form reaches for
port 25 so, where the server speaks first, and plainly. Either the port is 465, or yagmail is told
that it is plain; by STARTTLS it turns to TLS then, if the server knows that.
"""

import ssl

import yagmail

SENDER = "sender@qq.example"
PASSWORD = "authcode"
SERVER = "smtp.qq.com"


def connect(port, starttls):
    tls = ssl.create_default_context()  # yagmail's own choice believes every certificate
    if port == 465:
        return yagmail.SMTP(SENDER, PASSWORD, SERVER, port, context=tls)
    wanted = {"context": tls} if starttls else False
    return yagmail.SMTP(SENDER, PASSWORD, SERVER, port, smtp_ssl=False, smtp_starttls=wanted)


def main(port=465, starttls=True):
    with connect(port, starttls) as mail:
        mail.send("receiver@example.com", "subject", ["import message", "program.txt"])


if __name__ == "__main__":
    main()
