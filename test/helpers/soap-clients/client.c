/* Calls the service with the stubs that gSOAP makes of the served WSDL and prints what it saw as JSON.
   Arguments: address of the WSDL (not read: the stubs were made of it), user, password, task. The SOAP version is
   chosen when the stubs are made. */
#include "soapH.h"
#include "WorkflowServiceSoap.nsmap"

#define ANSWER(name) struct _tempuri__ProcessInstanceTaskExternal##name##Response

static char *address, *user, *password, *task;

/* Prints a text as JSON; no text here needs more than this. */
static void print_json(const char *name, const char *text, const char *end) {
  printf("\"%s\":\"", name);
  for (; text && *text; text++) printf(*text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
  printf("\"%s", end);
}

static struct soap *begin(const char *secret) {
  struct soap *soap = soap_new1(SOAP_C_UTFSTRING );
  soap->userid = user;
  soap->passwd = secret;
  soap->connect_timeout = soap->send_timeout = soap->recv_timeout = 30;
  return soap;
}

#define CALL(soap, name, request, response) \
  soap_call___tempuri__ProcessInstanceTaskExternal##name(soap, address, NULL, request, response)

static void fail(struct soap *soap) {
  soap_print_fault(soap, stderr);
  exit(1);
}

static void acknowledge(const char *name) {
  struct soap *soap = begin(password);
  struct _tempuri__ProcessInstanceTaskExternalAcknowledgement request = {task, "INC-Ä1", "On our way <soon> & safe"};
  ANSWER(Acknowledgement) response;
  if (CALL(soap, Acknowledgement, &request, &response)) fail(soap);
  print_json(name, response.ProcessInstanceTaskExternalAcknowledgementResult, ",");
}

static void update(void) {
  struct soap *soap = begin(password);
  struct _tempuri__ProcessInstanceTaskExternalUpdateMessage request = {task, "INC-Ä1", "Line 1\nLine 2 😀"};
  ANSWER(UpdateMessage) response;
  if (CALL(soap, UpdateMessage, &request, &response)) fail(soap);
  print_json("update", response.ProcessInstanceTaskExternalUpdateMessageResult, ",");
}

static void reassign(void) {
  struct soap *soap = begin(password);
  struct _tempuri__ProcessInstanceTaskExternalReassignment request = {task, "INC-Ä1", "Fuse replaced"};
  ANSWER(Reassignment) response;
  request.resolvedAt = 1782900000; /* 2026-07-01T10:00:00Z */
  request.closed = xsd__boolean__false_;
  if (CALL(soap, Reassignment, &request, &response)) fail(soap);
  print_json("reassignment", response.ProcessInstanceTaskExternalReassignmentResult, ",");
}

static void refused(void) {
  struct soap *soap = begin(password);
  struct _tempuri__ProcessInstanceTaskExternalUpdateMessage request = {"NO-SUCH-TASK", NULL, "x"};
  ANSWER(UpdateMessage) response;
  if (!CALL(soap, UpdateMessage, &request, &response)) exit(1);
  printf("\"fault\":{");
  print_json("code", *soap_faultcode(soap), ",");
  print_json("text", *soap_faultstring(soap), "},");
}

static void denied(void) {
  struct soap *soap = begin("not the password");
  struct _tempuri__ProcessInstanceTaskExternalAcknowledgement request = {task, "INC-Ä1", "x"};
  ANSWER(Acknowledgement) response;
  char status[16];
  CALL(soap, Acknowledgement, &request, &response);
  snprintf(status, sizeof status, "%d", soap->status);
  print_json("denied", status, "}\n");
}

int main(int count, char **arguments) {
  if (count < 5) return 2;
  address = strtok(arguments[1], "?");
  user = arguments[2];
  password = arguments[3];
  task = arguments[4];
  printf("{");
  acknowledge("acknowledgement");
  acknowledge("repeated");
  update();
  reassign();
  refused();
  denied();
  return 0;
}
