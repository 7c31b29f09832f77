"""Calls the service with zeep through the served WSDL and prints what it saw as JSON.

Arguments: address of the WSDL, user, password, task, SOAP version (1.1 or 1.2).
"""

import datetime
import json
import sys

import requests
import zeep

wsdl, user, password, task, version = sys.argv[1:]
session = requests.Session()
session.trust_env = False
session.auth = (user, password)
client = zeep.Client(wsdl, transport=zeep.Transport(session=session, timeout=30))
port = client.bind("WorkflowService", "WorkflowServiceSoap12" if version == "1.2" else "WorkflowServiceSoap")


def call(operation, **arguments):
    return port["ProcessInstanceTaskExternal" + operation](**arguments)


def acknowledge():
    return call("Acknowledgement", taskId=task, externalReference="INC-Ä1", message="On our way <soon> & safe")


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
    call("UpdateMessage", taskId="NO-SUCH-TASK", message="x")
except zeep.exceptions.Fault as fault:
    seen["fault"] = {"code": fault.code, "text": fault.message}
print(json.dumps(seen))
