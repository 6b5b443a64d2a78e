"""smtpdfix, as its fixture makes it."""

from contenders.serving import serve
from smtpdfix import SMTPDFix

if __name__ == "__main__":
    with SMTPDFix(hostname="127.0.0.1") as controller:
        serve(controller.port)
