"""A tiny desk for trying: it prints what contacts write while people have the conversation, and sends what you type.

    DESK_SECRET=… BOTKIT_API_TOKEN=… python desk.py

Type an answer; `/back` hands the last conversation back to the bot, `/closed` and `/open` say whether the desk takes conversations.
It needs nothing but Python. A real desk checks the signature in the same way, and keeps what it is told.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ["DESK_SECRET"].encode()
TOKEN = os.environ["BOTKIT_API_TOKEN"]
BOT = os.environ.get("BOTKIT_URL", "http://127.0.0.1:8080")
state = {"open": True, "contact": None, "channel": None}
seen = set()  # what is told again has the same id


def genuine(headers, body):
    """Whether the bot has signed this, not more than five minutes ago."""
    id_, at, given = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    signed = hmac.digest(SECRET, f"{id_}.{at}.".encode() + body, hashlib.sha256)
    expected = "v1," + base64.b64encode(signed).decode()
    fresh = at.isdigit() and abs(time.time() - int(at)) < 300
    return fresh and any(hmac.compare_digest(one.encode(), expected.encode()) for one in given.split())


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 1_000_000))
        self.send_response(take(json.loads(body)) if genuine(self.headers, body) else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Nothing: what matters is printed."""


def take(told):
    """The status that the bot is answered: 409 for a conversation that is not wanted, and the contact hears that the queue is closed."""
    if told["event"] == "opened" and not state["open"]:
        return 409
    if told["id"] not in seen:
        seen.add(told["id"])
        show(told)
    return 200


def show(told):
    who = told["contact"]
    name = who["name"] or who["wa_id"] or who["user_id"]
    if told["event"] == "opened":
        state.update(contact=who["wa_id"] or who["user_id"], channel=told["channel"])
        for line in told["messages"]:
            print(f"   {name if line['from'] == 'contact' else 'bot'}: {line['text'] or line['type']}")
        print(f"== {name} is here for {told['queue']}: {told['note'] or 'no note'} {told['with'] or ''}", flush=True)
    elif told["event"] == "message":
        print(f"{name}> {told['message']['text'] or '(' + told['message']['type'] + ')'}", flush=True)
    elif told["event"] == "unsent":
        print(f"== your message did not reach {name}: {told['message']['detail'] or told['message']['code']}", flush=True)
    else:
        print(f"== over with {name}: {told['reason']}", flush=True)


def ask(path, asked):
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    body = json.dumps(asked | {"channel": state["channel"]}).encode()
    request = urllib.request.Request(BOT + path, body, headers)  # noqa: S310 - the bot's own address
    try:
        urllib.request.urlopen(request, timeout=10).read()  # noqa: S310
    except urllib.error.HTTPError as error:
        print("==", json.loads(error.read() or b"{}").get("error", error), flush=True)  # such as: the window is closed
    except OSError as error:
        print("== the bot cannot be reached:", error, flush=True)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("DESK_PORT", "8200"))), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"the desk is open at http://127.0.0.1:{server.server_address[1]}/hook", flush=True)
    for line in map(str.strip, sys.stdin):
        if line in ("/open", "/closed"):
            state["open"] = line == "/open"
        elif line and state["contact"] is None:
            print("== nobody is here yet", flush=True)
        elif line == "/back":
            ask("/handback", {"contact": state["contact"]})
        elif line:
            ask("/send", {"to": state["contact"], "text": line})
