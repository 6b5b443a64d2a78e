"""Mail: addresses and messages."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from string import ascii_letters, digits

from hypothesis import strategies as st

from netharness.strategies.hosts import domain_names

#: RFC 5322 §3.2.3
ATEXT = ascii_letters + digits + "!#$%&'*+-/=?^_`{|}~"
#: What may stand between the quotes of a local part, escaped where it must be (RFC 5321 §4.1.2).
QTEXT = ATEXT + ' .,:;<>@()[]"\\'

#: Seven bits, so that any server takes it; lines end in CRLF.
POLICY = SMTP.clone(cte_type="7bit")

#: Letters for texts that have to be encoded (RFC 2047), and for such that have not.
LETTERS = ascii_letters + digits + " .,:;!?()-" + "äöüßéñαβγжщ你好世界\N{GRINNING FACE}"


def mail_addresses(*, quoted: bool = False) -> st.SearchStrategy[str]:
    """Mailboxes such as "a.b@c.example" (RFC 5321 §4.1.2).

    Arguments:
        quoted: whether local parts may be quoted strings, such as "a b"@c.example.
    """
    atoms = st.text(ATEXT, min_size=1, max_size=8)
    local = atoms | st.lists(atoms, min_size=2, max_size=3).map(".".join)
    if quoted:
        local |= st.text(QTEXT, min_size=1, max_size=8).map(_quoted)
    return st.builds("{}@{}".format, local, domain_names())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


#: Words with single blanks between: what folding of fields leaves as it is (RFC 5322 §2.2.3).
_WORDS = st.text(LETTERS, max_size=40).map(lambda text: " ".join(text.split()))
#: Names of people. Longer ones Python folds so that a blank may come in between encoded words.
_PERSONS = st.text(LETTERS, max_size=12).map(lambda text: " ".join(text.split()))
#: Lines of text. A file in a message ends its last line (RFC 5322 §2.1).
_TEXTS = st.lists(_WORDS, max_size=4).map(lambda lines: "".join(f"{line}\n" for line in lines))
_FILE_NAMES = st.text(ascii_letters + digits + "äé你好", min_size=1, max_size=12).map(
    "{}.bin".format
)
_TYPES = st.sampled_from(["application/octet-stream", "image/png", "audio/ogg"])


@st.composite
def mime_messages(draw: st.DrawFn, *, max_parts: int = 3) -> EmailMessage:
    """Messages with text, HTML, pictures within it, attachments, and messages as attachments.

    Fields beyond ASCII become encoded words, contents what their transfer encoding needs (RFC
    5322, RFC 2045 to 2047, RFC 2231). Serialise them by `message.as_bytes()`; lines end in CRLF.

    Arguments:
        max_parts: attachments at most.
    """
    message = EmailMessage(policy=POLICY)
    for name in ("From", "To"):
        user, _, domain = draw(mail_addresses()).rpartition("@")
        message[name] = Address(draw(_PERSONS), user, domain)
    message["Subject"] = draw(_WORDS)
    message.set_content(draw(_TEXTS), cte=draw(st.sampled_from([None, "base64"])))
    if draw(st.booleans()):
        message.add_alternative(f"<p>{draw(_TEXTS)}</p>\n", subtype="html")
        if draw(st.booleans()):
            _, html = message.iter_parts()
            picture = draw(st.binary(max_size=40))
            html.add_related(picture, "image", "png", cid="<0>")
    for _ in range(draw(st.integers(0, max_parts))):
        if not draw(st.booleans()):
            maintype, _, subtype = draw(_TYPES).partition("/")
            data, name = draw(st.binary(max_size=80)), draw(_FILE_NAMES)
            message.add_attachment(data, maintype, subtype, filename=name)
        else:
            message.add_attachment(draw(mime_messages(max_parts=0)))
    return message
