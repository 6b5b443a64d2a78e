import json
from html.parser import HTMLParser
from xml.etree import ElementTree as ET


def test_the_slides_of_xml_and_json_are_the_same(client):
    root = ET.fromstring(client.get("/xml").body)
    slideshow = json.loads(client.get("/json").body)["slideshow"]
    assert root.tag == "slideshow"
    assert root.get("title") == slideshow["title"]
    assert [slide.findtext("title") for slide in root] == [s["title"] for s in slideshow["slides"]]


def test_the_form_has_the_fields_that_clients_fill_in(client):
    names = set()

    class Names(HTMLParser):
        def handle_starttag(self, tag, attributes):
            if tag in ("input", "textarea"):
                names.add(dict(attributes)["name"])

    Names().feed(client.get("/forms/post").text)
    assert names == {"custname", "custtel", "custemail", "size", "topping", "delivery", "comments"}


def test_robots_are_told_to_leave_what_is_denied(client):
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /deny\n"


def test_the_page_in_utf_8_goes_beyond_16_bits(client):
    assert max(client.get("/encoding/utf8").text) > "\uffff"
