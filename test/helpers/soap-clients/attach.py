"""Sends a file with zeep, twice, and prints the ids it got as JSON.

Arguments: address of the WSDL, user, password, task, file, SOAP version (1.1 or 1.2).
"""

import json
import pathlib
import sys

import requests
import zeep

wsdl, user, password, task, file, version = sys.argv[1:]
session = requests.Session()
session.trust_env = False
session.auth = (user, password)
settings = zeep.Settings(xml_huge_tree=True)
client = zeep.Client(wsdl, settings=settings, transport=zeep.Transport(session=session, timeout=30))
port = client.bind("WorkflowService", "WorkflowServiceSoap12" if version == "1.2" else "WorkflowServiceSoap")


def attach():
    return port.ProcessInstanceTaskExternalAttachment(
        taskId=task,
        externalReference="INC-1",
        fileName="Prüfung 1.bin",
        contentType="application/x-check",
        content=pathlib.Path(file).read_bytes(),
    )


print(json.dumps([attach(), attach()]))
