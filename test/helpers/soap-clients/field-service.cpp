// Calls the example contract by classes that gSOAP made of its WSDL, and prints what it saw as JSON.
// Arguments: address of the service, SOAP version (1 or 2), user, password, a task to work on, a task to give back,
// and the hashes for TaskConfirm, TaskNote, TaskReady and the secret for TaskReturn (each may be empty).
#include <cstdio>
#include <string>
#include <vector>
#include "FieldServiceSoap.nsmap"
#include "soapFieldServiceSoapProxy.h"

namespace {

struct Client {
  FieldServiceSoapProxy proxy;
  std::string user, password;

  Client(const char *address, const char *version, const char *user, const char *password)
      : proxy(address, SOAP_C_UTFSTRING), user(user), password(password) {
    if (version[0] == '1') soap_set_namespaces(proxy.soap, inSoap11());
  }

  /** The generated table of namespaces, which has those of SOAP 1.2 where a WSDL binds both versions. */
  static const Namespace *inSoap11() {
    static std::vector<Namespace> table;
    for (const Namespace *row = namespaces; table.empty() || table.back().id; row++) table.push_back(*row);
    table[0].ns = "http://schemas.xmlsoap.org/soap/envelope/";
    table[1].ns = "http://schemas.xmlsoap.org/soap/encoding/";
    return table.data();
  }

  /** Credentials hold for one call. */
  FieldServiceSoapProxy &ready() {
    if (!user.empty()) {
      proxy.soap->userid = user.c_str();
      proxy.soap->passwd = password.c_str();
    }
    return proxy;
  }

  /** The outcome of a call: its result, or code, text and detail of its fault. */
  std::string told(int status, const std::string *result) {
    if (status == SOAP_OK) return result ? *result : "nothing";
    soap_set_fault(proxy.soap);
    const char **code = soap_faultcode(proxy.soap);
    const char **text = soap_faultstring(proxy.soap);
    const char *detail = soap_fault_detail(proxy.soap);
    return std::string(code && *code ? *code : "?") + "|" + (text && *text ? *text : "?") + "|" + (detail ? detail : "");
  }

  std::string confirm(const std::string &task, std::string *hash) {
    std::string number = "F-1", text = "On our way <soon> & safe";
    _ns1__TaskConfirm request;
    _ns1__TaskConfirmResponse response;
    request.p_USCOREstrTaskNumber = task;
    request.p_USCOREstrExternalNumber = &number;
    request.p_USCOREstrText = &text;
    request.p_USCOREstrHash = hash;
    int status = ready().TaskConfirm(&request, response);
    if (status != SOAP_OK) return told(status, nullptr);
    ns2__Result *result = response.TaskConfirmResult;
    return result->Code + "|" + (result->Text ? *result->Text : "") + "|" + (result->Event ? *result->Event : "");
  }

  std::string seen(const std::string &task) {
    std::string number = "F-1";
    _ns1__TaskSeen request;
    _ns1__TaskSeenResponse response;
    request.p_USCOREstrTaskNumber = task;
    request.p_USCOREstrExternalNumber = &number;
    return told(ready().TaskSeen(&request, response), nullptr);
  }

  std::string note(const std::string &task, std::string *hash) {
    ns2__ArrayOfLine lines;
    lines.Line = {"Line 1", "Line 3 \xC3\x84"};
    ns2__Note content;
    content.Author = nullptr;
    content.Kind = ns2__NoteKind::Question;
    content.Lines = &lines;
    _ns1__TaskNote request;
    _ns1__TaskNoteResponse response;
    request.p_USCOREstrTaskNumber = task;
    request.p_USCOREobjNote = &content;
    request.p_USCOREstrHash = hash;
    int status = ready().TaskNote(&request, response);
    return told(status, response.TaskNoteResult);
  }

  std::string done(const std::string &task, std::string *hash) {
    std::string text = "Fuse replaced";
    time_t at = 1782900000;
    _ns1__TaskReady request;
    _ns1__TaskReadyResponse response;
    request.p_USCOREstrTaskNumber = task;
    request.p_USCOREstrText = &text;
    request.p_USCOREdatReadyAt = &at;
    request.p_USCOREintState = ns2__TaskState::_1;
    request.p_USCOREstrHash = hash;
    int status = ready().TaskReady(&request, response);
    return told(status, response.TaskReadyResult);
  }

  std::string giveBack(const std::string &task, std::string *secret) {
    _ns1__TaskReturn request;
    _ns1__TaskReturnResponse response;
    request.p_USCOREstrTaskNumber = task;
    request.p_USCOREstrReason = "Wrong address";
    request.p_USCOREstrPassword = secret;
    int status = ready().TaskReturn(&request, response);
    return told(status, response.TaskReturnResult);
  }
};

std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (unsigned char letter : text) {
    char code[8];
    std::snprintf(code, sizeof code, "\\u%04x", letter);
    if (letter < 0x20 || letter == '"' || letter == '\\') out += code;
    else out += static_cast<char>(letter);
  }
  return out + "\"";
}

}  // namespace

int main(int count, char **arguments) {
  if (count != 11) return 2;
  Client client(arguments[1], arguments[2], arguments[3], arguments[4]);
  std::string task = arguments[5], other = arguments[6];
  std::string shown[4];
  std::string *given[4];
  for (int index = 0; index < 4; index++) {
    shown[index] = arguments[7 + index];
    given[index] = shown[index].empty() ? nullptr : &shown[index];
  }
  std::string confirmed = client.confirm(task, given[0]), seen = client.seen(task);
  std::string noted = client.note(task, given[1]), done = client.done(task, given[2]);
  std::string returned = client.giveBack(other, given[3]);
  std::string refused = client.confirm("NO-SUCH-TASK", given[0]), fault = client.note("NO-SUCH-TASK", given[1]);
  client.user = "";
  client.password = "";
  std::string stranger = client.seen(task);
  const std::string *values[] = {&confirmed, &seen, &noted, &done, &returned, &refused, &fault, &stranger};
  const char *names[] = {"confirmed", "seen", "noted", "done", "returned", "refused", "fault", "stranger"};
  for (int index = 0; index < 8; index++)
    std::printf("%s%s:%s", index == 0 ? "{" : ",", quoted(names[index]).c_str(), quoted(*values[index]).c_str());
  std::printf("}\n");
  return 0;
}
