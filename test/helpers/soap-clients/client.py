"""Calls the service with zeep through the served WSDL and prints what it saw as JSON.

Arguments: address of the WSDL, user, password, task, how to call (SOAP 1.1 or 1.2, HTTP GET or POST).
"""

import datetime
import json
import sys

import requests
import zeep

wsdl, user, password, task, version = sys.argv[1:]
PORTS = {
    "1.1": "WorkflowServiceSoap",
    "1.2": "WorkflowServiceSoap12",
    "GET": "WorkflowServiceHttpGet",
    "POST": "WorkflowServiceHttpPost",
}
statuses = []


def service(secret):
    session = requests.Session()
    session.trust_env = False
    session.auth = (user, secret)
    session.hooks["response"].append(lambda response, **_: statuses.append(response.status_code))
    client = zeep.Client(wsdl, transport=zeep.Transport(session=session, timeout=30))
    return client.bind("WorkflowService", PORTS[version])


port = service(password)


def call(operation, to=port, **arguments):
    return to["ProcessInstanceTaskExternal" + operation](**arguments)


def acknowledge(to=port):
    return call("Acknowledgement", to, taskId=task, externalReference="INC-Ä1", message="On our way <soon> & safe")


noon = datetime.datetime(2026, 7, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
seen = {
    "acknowledgement": acknowledge(),
    "repeated": acknowledge(),
    "update": call("UpdateMessage", taskId=task, externalReference="INC-Ä1", message="Line 1\nLine 2 😀"),
    "reassignment": call(
        "Reassignment",
        taskId=task,
        externalReference="INC-Ä1",
        solution="Fuse replaced",
        resolvedAt=noon,
        closed=False,
    ),
}
try:
    # Over GET and POST every parameter is sent, or it is the missing one that is told.
    rest = {} if version in ("1.1", "1.2") else {"externalReference": ""}
    call("UpdateMessage", taskId="NO-SUCH-TASK", message="x", **rest)
except zeep.exceptions.Fault as fault:
    # Over GET and POST a refusal is a status and a line of text, which zeep leaves as bytes.
    plain = isinstance(fault.message, bytes)
    seen["fault"] = {
        "code": str(statuses[-1]) if plain else fault.code,
        "text": fault.message.decode().strip() if plain else fault.message,
    }
try:
    acknowledge(service("not " + password))
except Exception as error:
    seen["denied"] = str(error)
print(json.dumps(seen))
