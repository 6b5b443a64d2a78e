"""Documents: pages and texts that are always the same."""

from netmocks.http.httpbin.answers import as_json
from netmocks.http.request import Request
from netmocks.http.response import Response

TEXT = ("Content-Type", "text/plain")

HTML = """<!DOCTYPE html>
<html>
  <head>
    <title>A page</title>
  </head>
  <body>
    <h1>The lighthouse keeper</h1>
    <div>
      <p>
        Each evening at six the keeper climbed the hundred and twelve steps, wiped the salt from the
        panes, and lit the lamp. Ships that nobody on the island would ever see set their course by
        it, and each morning he wrote the same two words into the book: all well.
      </p>
    </div>
  </body>
</html>
"""

XML = """<?xml version='1.0' encoding='us-ascii'?>
<slideshow title="Two slides" date="Some day" author="Somebody">
  <!-- the title -->
  <slide type="all">
    <title>What is a mock?</title>
  </slide>
  <!-- the contents -->
  <slide type="all">
    <title>Contents</title>
    <item>What it <em>says</em></item>
    <item/>
    <item>What it <em>hears</em></item>
  </slide>
</slideshow>
"""

SLIDESHOW = {
    "slideshow": {
        "title": "Two slides",
        "date": "some day",
        "author": "Somebody",
        "slides": [
            {"type": "all", "title": "What is a mock?"},
            {
                "type": "all",
                "title": "Contents",
                "items": ["What it <em>says</em>", "What it <em>hears</em>"],
            },
        ],
    }
}

ROBOTS = "User-agent: *\nDisallow: /deny\n"

DENIED = """
   +-----------------------+
   |   No robots in here   |
   +-----------+-----------+
               |
               |
"""

UTF8 = """<h1>Text in UTF-8</h1>

<pre>
Latin       Zwölf Boxkämpfer jagen Viktor · Œuvre, garçon, naïve · Příliš žluťoučký kůň
Greek       Η θάλασσα είναι ήσυχη
Cyrillic    Море сегодня спокойно
Hebrew      הים שקט היום
Arabic      البحر هادئ اليوم
Devanagari  आज समुद्र शांत है
Thai        วันนี้ทะเลสงบ
Chinese     今天大海很平静
Japanese    今日は海が静かです
Korean      오늘은 바다가 잔잔하다
Combining   a\u0308 e\u0301 n\u0303
Mathematics ∀x∈ℝ: ⌈x⌉ = −⌊−x⌋ · ∮ E⋅da = Q · 2H₂ + O₂ ⇌ 2H₂O
Boxes       ┌─┬─┐ ╔═╦═╗ ░▒▓█
Beyond 16   𝄞 𐍈 😀
</pre>
"""

FORM = """<!DOCTYPE html>
<html>
  <head>
    <title>An order</title>
  </head>
  <body>
    <form method="post" action="/post">
      <p><label>Name: <input name="custname"></label></p>
      <p><label>Telephone: <input type="tel" name="custtel"></label></p>
      <p><label>Mail: <input type="email" name="custemail"></label></p>
      <fieldset>
        <legend>Size</legend>
        <label><input type="radio" name="size" value="small"> small</label>
        <label><input type="radio" name="size" value="medium"> medium</label>
        <label><input type="radio" name="size" value="large"> large</label>
      </fieldset>
      <fieldset>
        <legend>Toppings</legend>
        <label><input type="checkbox" name="topping" value="bacon"> bacon</label>
        <label><input type="checkbox" name="topping" value="cheese"> cheese</label>
        <label><input type="checkbox" name="topping" value="onion"> onion</label>
        <label><input type="checkbox" name="topping" value="mushroom"> mushroom</label>
      </fieldset>
      <p><label>When: <input type="time" name="delivery" min="11:00" max="21:00"></label></p>
      <p><label>What else: <textarea name="comments"></textarea></label></p>
      <p><button>Order</button></p>
    </form>
  </body>
</html>
"""


def html(request: Request) -> Response:
    """Answer with a page."""
    return Response(html=HTML)


def xml(request: Request) -> Response:
    """Answer with a document of XML."""
    return Response(XML, headers=[("Content-Type", "application/xml")])


def json(request: Request) -> Response:
    """Answer with a document of JSON."""
    return as_json(SLIDESHOW)


def robots(request: Request) -> Response:
    """Answer with the rules for robots (RFC 9309): they are to leave /deny alone."""
    return Response(ROBOTS, headers=[TEXT])


def deny(request: Request) -> Response:
    """Answer with what no robot should see."""
    return Response(DENIED, headers=[TEXT])


def utf8(request: Request) -> Response:
    """Answer with text of many scripts."""
    return Response(html=UTF8)


def form(request: Request) -> Response:
    """Answer with a form that posts to /post."""
    return Response(html=FORM)
