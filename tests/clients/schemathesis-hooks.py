"""Steers Schemathesis to things that exist, and notes what was answered. Loaded by the schemathesis program (SCHEMATHESIS_HOOKS)."""

import json
import os
from collections import Counter

import schemathesis

with open(os.environ["THIMBLE_PREPARED"], encoding="utf-8") as file:
    PREPARED = json.load(file)
TOKEN = os.environ["THIMBLE_TOKEN"]
KNOWN = PREPARED["known"]
# What no generated request may delete, since later ones need it.
KEPT = PREPARED["kept"]
# Requests that are answered 2xx, by operation; those that use up what was prepared are listed as often as they can be made.
REQUESTS = PREPARED["requests"]
calls = Counter()
log = open(os.environ["THIMBLE_ANSWERS"], "w", encoding="utf-8")


@schemathesis.hook
def before_call(context, case, kwargs):
    """Of each ten calls two are prepared ones, one has a bad credential, the others are as generated, some at ids that exist."""
    operation = case.operation.definition.raw["operationId"]
    turn = calls[operation] % 10
    calls[operation] += 1
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {'bad' if turn == 3 else TOKEN}"}
    requests = REQUESTS.get(operation, [])
    if turn in (0, 5) and requests:
        request = requests.pop(0)
        if not request.get("once"):
            requests.append(request)
        case.method = case.operation.method.upper()
        case.path_parameters = request.get("path", {})
        case.query = request.get("query", {})
        if "body" in request:
            case.body = request["body"]
            case.media_type = "application/json"
    elif case.operation.method.lower() == "delete":
        # It deletes what it saw in answers, too.
        case.path_parameters = {
            name: 0 if str(value) in map(str, KEPT.get(name, [])) else value for name, value in (case.path_parameters or {}).items()
        }
    elif turn in (1, 2, 6, 7):
        case.path_parameters = {
            name: KNOWN.get(f"{operation}.{name}", KNOWN.get(name, value)) for name, value in (case.path_parameters or {}).items()
        }


@schemathesis.hook
def after_call(context, case, response):
    operation = case.operation.definition.raw["operationId"]
    # It also tries methods that no operation has.
    if case.method.lower() != case.operation.method.lower():
        return
    print(json.dumps({"operation": operation, "status": response.status_code}), file=log, flush=True)
