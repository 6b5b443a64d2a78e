"""Login: who a client says it is, and whether that is so."""

import secrets
from base64 import b64encode
from typing import TYPE_CHECKING

from netmocks.mysql.error import mysql_error
from netmocks.mysql.protocol import scramble
from netmocks.mysql.protocol.capabilities import Capability
from netmocks.mysql.protocol.greeting import (
    Response,
    greeting,
    is_ssl_request,
    more_data,
    response,
    switch,
)
from netmocks.mysql.storage.variables import VERSION

if TYPE_CHECKING:
    from netmocks.mysql.engine import MySQLEngine


def new_nonce() -> bytes:
    """Return 20 bytes that a password is scrambled with: printable, for NUL ends it."""
    return b64encode(secrets.token_bytes(15))


class Login:
    """The dialogue from the greeting to the first OK, and that of a COM_CHANGE_USER."""

    def __init__(self, engine: "MySQLEngine") -> None:
        self._engine = engine
        self._mock = engine.mock
        self._nonce = new_nonce()

    async def first(self) -> Response:
        """Greet a client, and return who it is.

        Raises:
            MySQLError: 1045, it does not know the password; 1049, no such database.
        """
        engine = self._engine
        number = engine.stream.number
        engine.send(greeting(VERSION, number, self._nonce, self._mock.authentication))
        packet = await engine.packet()
        if is_ssl_request(packet):
            # A client begins its handshake right behind the request.
            handshake = engine.reader.rest()
            await engine.stream.start_tls(self._mock.tls_context(), handshake)
            packet = await engine.packet()
        answer = response(packet)
        await self._check(answer, may_switch=answer.can(Capability.PLUGIN_AUTH))
        return answer

    async def again(self, answer: Response) -> Response:
        """Check a client that wants to be somebody else.

        Raises:
            MySQLError: see `first`.
        """
        self._nonce = new_nonce()
        self._engine.send(switch(self._mock.authentication, self._nonce))
        answer.plugin = self._mock.authentication
        answer.proof = await self._engine.packet()
        await self._check(answer, may_switch=False)
        return answer

    async def _check(self, answer: Response, *, may_switch: bool) -> None:
        wanted = self._mock.authentication
        if (answer.plugin or scramble.NATIVE) != wanted:
            if not may_switch:
                raise mysql_error(1251)
            self._nonce = new_nonce()
            self._engine.send(switch(wanted, self._nonce))
            answer.proof = await self._engine.packet()
        if not await self._knows_password(answer):
            given = "YES" if answer.proof.strip(b"\0") else "NO"
            raise mysql_error(1045, answer.user, given)
        if answer.database and not self._mock.store.has(answer.database):
            raise mysql_error(1049, answer.database)

    async def _knows_password(self, answer: Response) -> bool:
        accounts = self._mock.accounts
        is_fast = self._mock.authentication == scramble.NATIVE
        proof = answer.proof.removesuffix(b"\0") if len(answer.proof) < 20 else answer.proof
        if accounts is None:
            if not is_fast and proof:
                self._engine.hold(more_data(scramble.FAST_OK))
            return True
        password = accounts.get(answer.user)
        if password is None:
            return False
        if not password or not proof:
            return not password and not proof
        expected = scramble.PROOFS[self._mock.authentication](password.encode(), self._nonce)
        if is_fast:
            return secrets.compare_digest(proof, expected)
        if answer.user not in self._mock.remembered:
            return await self._says_password(answer.user, password.encode())
        if not secrets.compare_digest(proof, expected):
            return False
        self._engine.hold(more_data(scramble.FAST_OK))
        return True

    async def _says_password(self, user: str, password: bytes) -> bool:
        """Take the full exchange of caching_sha2_password."""
        engine = self._engine
        engine.send(more_data(scramble.FULL))
        said: bytes | None = await engine.packet()
        if not engine.stream.encrypted:
            if said == scramble.KEY_PLEASE:
                engine.send(more_data(await engine.worker.run(scramble.public_key)))
                said = await engine.packet()
            said = scramble.decrypted(said or b"", self._nonce)
        if said is None or not secrets.compare_digest(said.removesuffix(b"\0"), password):
            return False
        self._mock.remembered.add(user)
        return True
