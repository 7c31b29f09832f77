// Calls UpdateMessage with the `soap` package and its WSSecurity, and prints what it saw as JSON.
// Arguments: address of the WSDL, user, password, task, SOAP version (1.1 or 1.2), text or digest.
import { createClientAsync, WSSecurity } from "soap";

const [, , wsdl = "", user = "", password = "", task = "", version = "1.1", kind = "text"] = process.argv;
const NAME = "ProcessInstanceTaskExternalUpdateMessage";

const client = await createClientAsync(wsdl, { forceSoap12Headers: version === "1.2" });
const passwordType = kind === "digest" ? "PasswordDigest" : "PasswordText";
client.setSecurity(new WSSecurity(user, password, { passwordType, hasTimeStamp: true, mustUnderstand: true }));
const port = version === "1.2" ? "WorkflowServiceSoap12" : "WorkflowServiceSoap";

/** The package makes the methods of a service as it reads its WSDL. */
type Method = (input: object, done: (error: unknown, result: Record<string, string>) => void) => void;

const seen = await new Promise((resolve) => {
  const method: Method = client.WorkflowService[port][NAME];
  method({ taskId: task, message: "from the soap package" }, (error, result) => {
    resolve(error ? { fault: (error as { body?: string }).body ?? String(error) } : { event: result[`${NAME}Result`] });
  });
});
console.log(JSON.stringify(seen));
