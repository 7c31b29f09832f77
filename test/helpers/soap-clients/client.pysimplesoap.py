"""Calls the service with PySimpleSOAP through the served WSDL and prints what it saw as JSON.

Arguments: address of the WSDL, user, password, task, SOAP version (1.1 or 1.2).
"""

import base64
import json
import sys
import urllib.request

urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler({})))

from pysimplesoap.client import SoapClient, SoapFault  # noqa: E402

wsdl, user, password, task, version = sys.argv[1:]
PREFIX = "ProcessInstanceTaskExternal"


def call(operation, secret=password, **arguments):
    client = SoapClient(
        location=wsdl.split("?")[0],
        namespace="http://tempuri.org/",
        action="http://tempuri.org/",
        soap_ns="soap12env" if version == "1.2" else "soap",
        ns=False,
    )
    basic = base64.b64encode(f"{user}:{secret}".encode()).decode()
    client.http_headers = {"Authorization": "Basic " + basic}
    answer = client.call(PREFIX + operation, *arguments.items())
    return str(getattr(answer, PREFIX + operation + "Result"))


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
except SoapFault as fault:
    seen["fault"] = {"code": str(fault.faultcode), "text": str(fault.faultstring)}
try:
    acknowledge("not " + password)
except Exception as error:
    seen["denied"] = str(error)
print(json.dumps(seen))
