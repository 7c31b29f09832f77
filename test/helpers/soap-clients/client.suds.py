"""Calls the service with suds through the served WSDL and prints what it saw as JSON.

Arguments: address of the WSDL, user, password, task, SOAP version (1.1 only: suds knows no other).
"""

import json
import logging
import sys

import suds
from suds.client import Client
from suds.transport.http import HttpAuthenticated

logging.disable(logging.CRITICAL)
wsdl, user, password, task, _version = sys.argv[1:]


def service(secret):
    transport = HttpAuthenticated(username=user, password=secret, proxy={})
    return Client(wsdl, transport=transport, cache=None, timeout=30).service["WorkflowServiceSoap"]


def call(operation, secret=password, **arguments):
    return str(getattr(service(secret), "ProcessInstanceTaskExternal" + operation)(**arguments))


def acknowledge(secret=password):
    return call("Acknowledgement", secret, taskId=task, externalReference="INC-Ä1", message="On our way <soon> & safe")


seen = {
    "acknowledgement": acknowledge(),
    "repeated": acknowledge(),
    "update": call("UpdateMessage", taskId=task, externalReference="INC-Ä1", message="Line 1\nLine 2 😀"),
    "reassignment": call(
        "Reassignment",
        taskId=task,
        externalReference="INC-Ä1",
        solution="Fuse replaced",
        resolvedAt="2026-07-01T12:00:00+02:00",
        closed=False,
    ),
}
try:
    call("UpdateMessage", taskId="NO-SUCH-TASK", message="x")
except suds.WebFault as error:
    seen["fault"] = {"code": str(error.fault.faultcode), "text": str(error.fault.faultstring)}
try:
    acknowledge("not " + password)
except Exception as error:
    seen["denied"] = str(error)
print(json.dumps(seen))
