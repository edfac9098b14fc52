"""One request to a desk: signed, to the address as it is written, without redirects, within ten seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botkit.environment import Desk
from botkit.handoffs.failures import Declined, Unreachable
from botkit.handoffs.signature import signed

if TYPE_CHECKING:
    import aiohttp  # only who has a desk waits for it

SECONDS = 10.0  # for the whole exchange
_LATER = frozenset({408, 425, 429})  # may be another answer next time
_WRONG = frozenset({401, 403, 404, 405})  # what is answered where the address or the secret is another one


class Post:
    """Keeps no cookies, reads no proxy from the environment."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def tell(self, desk: Desk, id_: str, at: int, body: bytes, opening: bool) -> None:
        """*opening*: the desk may decline with any 4xx; else one that tells of a mistake in the setting up is no answer.

        Raises Declined, Unreachable.
        """
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=SECONDS)
            )
        headers = {"Content-Type": "application/json", "User-Agent": "botkit", **signed(desk.secret, id_, at, body)}
        try:
            async with self._session.post(desk.url, data=body, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except TimeoutError:
            raise Unreachable(f"its desk gave no answer within {SECONDS:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unreachable(f"its desk cannot be reached: {type(error).__name__}") from error
        if 200 <= status < 300:
            return
        if 400 <= status < 500 and status not in _LATER and (opening or status not in _WRONG):
            raise Declined(f"its desk answers {status}", status in _WRONG)
        raise Unreachable(f"its desk answers {status}{', which leads elsewhere and is not followed' if 300 <= status < 400 else ''}")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
