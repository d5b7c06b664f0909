"""Drives one of the real Python SDKs for SDKClientTests.

    drive.py SDK SCENARIO URL WRITE_KEY PREFIX [gzip]

SDK is rudderstack or segment. SCENARIO is calls (every call, odd values, some hundred orders), orders (400 orders) or
waves (many small batches; one line `wave N` before each wave). The last line is `done` and a JSON object with the ids of
all events by what they are, and what the SDK gave up on.
"""

import json
import logging
import random
import sys

sdk, scenario, url, write_key, prefix = sys.argv[1:6]
if sdk == "rudderstack":
    from rudderstack.analytics.client import Client
else:
    from segment.analytics.client import Client

logging.disable(logging.CRITICAL)
random.seed(1)  # the SDKs wait random times between their attempts

given_up = []
options = {
    "host": url,
    "gzip": "gzip" in sys.argv[6:],
    "on_error": lambda error, items: given_up.append(f"{type(error).__name__}: {len(items)} items"),
    "upload_interval": 0.05,
}
if scenario == "waves":
    options["upload_size"] = 10
client = Client(write_key, **options)
sent = {"orders": []}


def order(number):
    order_id = f"{prefix}-{number}"
    client.track(
        user_id=f"{prefix}-user-{number % 50}",
        event="Order Completed",
        properties={"order_id": order_id, "revenue": 19.99, "currency": "EUR"},
    )
    sent["orders"].append(order_id)


def note(kind, result):
    success, message = result
    assert success
    sent[kind] = message["messageId"]


def every_call():
    user = f"{prefix}-user"
    anonymous = f"{prefix}-anonymous"
    traits = {"email": f"{prefix}@example.com", "name": "Zoë Łukasz"}
    note("profile_update", client.identify(user_id=user, anonymous_id=anonymous, traits=traits))
    note("page_view", client.page(user_id=user, category="shop", name="Größen", properties={"url": "https://example.com/"}))
    note("screen_view", client.screen(user_id=user, name="Start"))
    note("group_update", client.group(user_id=user, group_id=f"{prefix}-group", traits={"name": "東京 GmbH"}))
    note("identity_link", client.alias(previous_id=f"{prefix}-before", user_id=user))
    odd = {
        "text": "Café ☕ 東京 \U0001f600 \"quoted\"\n",
        "score": float("nan"),
        "limit": float("inf"),
        "floor": float("-inf"),
        "serial": 2**80 + 1,
        "small": 0.1,
    }
    note("custom.odd_values", client.track(user_id=user, event="Odd Values", properties=odd))
    # An id that no double can hold.
    client.track(user_id=2**63 + 1, event="Order Completed", properties={"order_id": int(f"9{abs(hash_of(prefix))}")})
    sent["numeric"] = f"9{abs(hash_of(prefix))}"
    for number in range(250):
        order(number)


def hash_of(text):
    """Thirty digits that are the same in every run."""
    value = 0
    for character in text:
        value = value * 131 + ord(character)
    return 10**29 + value


if scenario == "calls":
    every_call()
elif scenario == "orders":
    for number in range(400):
        order(number)
else:
    for wave in range(12):
        print(f"wave {wave}", flush=True)
        for number in range(60):
            order(wave * 60 + number)
        client.flush()
client.flush()
client.join()
print("done " + json.dumps({"sent": sent, "given_up": given_up}), flush=True)
