"""Strategies for Hypothesis: what travels on wires; `pip install netharness[hypothesis]`.

    from hypothesis import given
    from netharness.strategies import urls

    @given(urls())
    def test_a_link_survives_the_store(url): ...

Each follows a grammar that its docstring cites, makes nothing else than valid members of it, and
shrinks to what a person would have written. The plugin never imports this package.
"""

try:
    import hypothesis  # noqa: F401  # asked for here, so that its absence is told in our words
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "netharness.strategies needs Hypothesis: pip install 'netharness[hypothesis]'",
        name=error.name,
    ) from error

from netharness.strategies.exchanges import HTTPRequest, HTTPResponse, requests, responses
from netharness.strategies.faults import byte_faults, fault_plans, http_faults
from netharness.strategies.fields import cookies, field_names, field_values, header_fields
from netharness.strategies.hosts import (
    domain_names,
    hosts,
    idna_hosts,
    ipv4_addresses,
    ipv6_addresses,
    reg_names,
)
from netharness.strategies.mail import mail_addresses, mime_messages
from netharness.strategies.octets import cuts, datagrams
from netharness.strategies.queries import form_bodies, query_pairs
from netharness.strategies.urls import (
    fragments,
    odd_urls,
    paths,
    ports,
    queries,
    references,
    schemes,
    uris,
    urls,
    userinfos,
)

__all__ = [
    "HTTPRequest",
    "HTTPResponse",
    "byte_faults",
    "cookies",
    "cuts",
    "datagrams",
    "domain_names",
    "fault_plans",
    "field_names",
    "field_values",
    "form_bodies",
    "fragments",
    "header_fields",
    "hosts",
    "http_faults",
    "idna_hosts",
    "ipv4_addresses",
    "ipv6_addresses",
    "mail_addresses",
    "mime_messages",
    "odd_urls",
    "paths",
    "ports",
    "queries",
    "query_pairs",
    "references",
    "reg_names",
    "requests",
    "responses",
    "schemes",
    "uris",
    "urls",
    "userinfos",
]
