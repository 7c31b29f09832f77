"""Calls the example contract with zeep, in the types of its WSDL, and prints what it saw as JSON.

Arguments: file or address of the WSDL, address of the service, SOAP version (1 or 2), user, password, a task to work on, a task
to give back, and the hashes for TaskConfirm, TaskNote, TaskReady and the secret for TaskReturn (each may be empty).
"""

import datetime
import json
import sys

import requests
import zeep

wsdl, address, version, user, password, task, other, *shown = sys.argv[1:]
confirm_hash, note_hash, ready_hash, secret = (one or None for one in shown)
session = requests.Session()
session.trust_env = False
client = zeep.Client(wsdl, transport=zeep.Transport(session=session, timeout=30))
binding = "{urn:example:field-service}FieldServiceSoap" + ("12" if version == "2" else "")
service = client.create_service(binding, address)
types = client.type_factory("urn:example:field-service:types")


def told(operation, **arguments):
    try:
        return service[operation](**arguments)
    except zeep.exceptions.Fault as fault:
        detail = "" if fault.detail is None else "".join(one.text or "" for one in fault.detail)
        return "|".join([fault.code or "?", fault.message or "?", detail])


def confirm(number):
    result = told(
        "TaskConfirm",
        p_strTaskNumber=number,
        p_strExternalNumber="F-1",
        p_strText="On our way <soon> & safe",
        p_strHash=confirm_hash,
    )
    return result if isinstance(result, str) else "|".join(result[name] or "" for name in ("Code", "Text", "Event"))


def note(number):
    lines = types.ArrayOfLine(Line=["Line 1", None, "Line 3 Ä"])
    content = types.Note(Author=None, Kind="Question", Lines=lines)
    return told("TaskNote", p_strTaskNumber=number, p_objNote=content, p_strHash=note_hash)


def seen():
    result = told("TaskSeen", p_strTaskNumber=task, p_strExternalNumber="F-1")
    return result if isinstance(result, str) else "nothing"


def ready():
    noon = datetime.datetime(2026, 7, 1, 10, tzinfo=datetime.timezone.utc)
    return told(
        "TaskReady",
        p_strTaskNumber=task,
        p_strText="Fuse replaced",
        p_datReadyAt=noon,
        p_intState=1,
        p_strHash=ready_hash,
    )


def give_back():
    return told("TaskReturn", p_strTaskNumber=other, p_strReason="Wrong address", p_strPassword=secret)


session.auth = (user, password) if user else None
answers = {
    "confirmed": confirm(task),
    "seen": seen(),
    "noted": note(task),
    "done": ready(),
    "returned": give_back(),
    "refused": confirm("NO-SUCH-TASK"),
    "fault": note("NO-SUCH-TASK"),
}
session.auth = None
answers["stranger"] = seen()
print(json.dumps(answers))
