"""The use cases that end sign-ins: tokens, links and tickets stop working at once, and open sockets are closed."""

from dataclasses import dataclass

from classpulse.core.ports import Clock
from classpulse.identity.ports import OperatorKey, SignIns, Tickets
from classpulse.progress.updates import Revoked
from classpulse.queues.ports import OutboundMessage, Queue


@dataclass(frozen=True)
class Disconnect:
    """Voids tickets and closes sockets; account_id None is the operator. Raises TransientError."""

    tickets: Tickets
    updates: Queue

    def __call__(self, account_id: int | None, *, sign_in: str | None = None, kept: str | None = None) -> None:
        """Disconnect an account: only one of its sign-ins, or all of them except `kept`.

        Its dashboards connect again with the grants that they have then.
        """
        self.tickets.revoke(account_id, sign_in)
        revoked = Revoked(account_id=account_id, sign_in=sign_in, kept=kept)
        self.updates.send([OutboundMessage(revoked.to_json())])


@dataclass(frozen=True)
class Endings:
    """account_id None is the operator. Every method raises TransientError."""

    sign_ins: SignIns
    disconnect: Disconnect
    clock: Clock

    def end(self, token: str) -> None:
        """End the sign-in of a refresh token."""
        ended = self.sign_ins.revoke(token, self.clock())
        if ended is not None:
            account_id, sign_in_id = ended
            self.disconnect(account_id, sign_in=sign_in_id)

    def end_all(self, account_id: int | None, kept: str | None = None) -> None:
        """End the sign-ins of an account, except the one with the id `kept`, and all its links and known devices."""
        self.sign_ins.revoke_all(account_id, self.clock(), kept)
        self.disconnect(account_id, kept=kept)


@dataclass(frozen=True)
class EndOldOperator:
    """Closes the operator's sockets after INSTRUCTOR_TOKEN was rotated; nothing else checks an open socket again."""

    remembered: OperatorKey
    disconnect: Disconnect
    operator_key: str

    def __call__(self) -> None:
        """Compare the key with that of the last call. Raises TransientError; the next call then tries again."""
        before = self.remembered.read()
        if before == self.operator_key:
            return
        if before is not None:
            self.disconnect(None)
        self.remembered.write(self.operator_key)
