import pytest


def test_a_quota_is_told_in_units_of_1024(user, account):
    account.quota = 10 * 1024
    account.add(b"x" * 1025)
    client = user()
    assert client.data('GETQUOTA ""') == ['QUOTA "" (STORAGE 2 10)']
    assert client.data("GETQUOTAROOT INBOX") == [
        'QUOTAROOT INBOX ""',
        'QUOTA "" (STORAGE 2 10)',
    ]


def test_without_a_quota_nothing_is_limited(user):
    assert user().data('GETQUOTA ""') == ['QUOTA "" ()']


@pytest.mark.parametrize(
    ("line", "ending"),
    [
        ("GETQUOTA x", "NO [NONEXISTENT]"),
        ("GETQUOTAROOT x", "NO [NONEXISTENT]"),
        ('SETQUOTA "" (STORAGE 1)', "NO [NOPERM]"),
        ("GETQUOTA", "BAD"),
    ],
)
def test_what_is_refused(user, line, ending):
    assert user().end(line).startswith(ending)
