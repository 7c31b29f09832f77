"""Calls UpdateMessage with zeep and its UsernameToken, and prints what it saw as JSON.

Arguments: address of the WSDL, user, password, task, SOAP version (1.1 or 1.2), text or digest.
"""

import json
import sys

import requests
import zeep
from zeep.wsse.username import UsernameToken

wsdl, user, password, task, version, kind = sys.argv[1:]
session = requests.Session()
session.trust_env = False
token = UsernameToken(user, password, use_digest=kind == "digest")
client = zeep.Client(wsdl, wsse=token, transport=zeep.Transport(session=session, timeout=30))
port = client.bind("WorkflowService", "WorkflowServiceSoap12" if version == "1.2" else "WorkflowServiceSoap")
try:
    seen = {"event": port.ProcessInstanceTaskExternalUpdateMessage(taskId=task, message="from zeep")}
except zeep.exceptions.Fault as fault:
    seen = {"fault": fault.message}
print(json.dumps(seen))
