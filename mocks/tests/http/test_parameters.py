import pytest

from netmocks.http.parameters import parameters


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("form-data; name=a", {"name": "a"}),
        ('form-data;name="a b;c=d" ; Filename = "x"', {"name": "a b;c=d", "filename": "x"}),
        (r'name="say \"hi\" \\"', {"name": 'say "hi" \\'}),
        (r'name="C:\dir\file.txt"', {"name": r"C:\dir\file.txt"}),
        ("boundary=----=_Part_1.2,3", {"boundary": "----=_Part_1.2,3"}),
        ("a=1; A=2", {"a": "1"}),
        ("name*=UTF-8''na%C3%AFve; name=naive", {"name": "naïve"}),
        ("name=naive; name*=iso-8859-1'en'na%EFve", {"name": "naïve"}),
        ("name=naive; name*=broken", {"name": "naive"}),
        ('name=""', {"name": ""}),
        ("name=", {"name": ""}),
        ('name="unclosed', {"name": ""}),
        ("name", {}),
        ("=; ==", {}),
        ("", {}),
    ],
)
def test_parameters_are_read_as_far_as_they_go(text, found):
    assert parameters(text) == found


def test_between_credentials_stand_commas():
    assert parameters('a=1,b=2;3, c="4,5"', ",") == {"a": "1", "b": "2;3", "c": "4,5"}


@pytest.mark.parametrize(
    "hostile", ["a", "-", 'a="', 'a="\\', "a=", " ", "a ", "*=", ";", 'a="b";', '"', "a*=UTF-8'"]
)
def test_a_hostile_text_costs_no_more_than_its_length(hostile):
    # A million characters: whatever reads one twice for each of the others takes minutes.
    assert isinstance(parameters(hostile * (1_000_000 // len(hostile))), dict)
