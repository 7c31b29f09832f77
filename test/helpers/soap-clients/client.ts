// Calls the service with the `soap` package through the served WSDL and prints what it saw as JSON.
// Arguments: address of the WSDL, user, password, task, SOAP version (1.1 or 1.2).
import { BasicAuthSecurity, createClientAsync } from "soap";

const [, , wsdl = "", user = "", password = "", task = "", version = "1.1"] = process.argv;
const PREFIX = "ProcessInstanceTaskExternal";

const client = await createClientAsync(wsdl, { forceSoap12Headers: version === "1.2" });
client.setSecurity(new BasicAuthSecurity(user, password));
const port = version === "1.2" ? "WorkflowServiceSoap12" : "WorkflowServiceSoap";

/** The package makes the methods of a service as it reads its WSDL. */
type Method = (input: object, done: (error: unknown, result: Record<string, string>) => void) => void;

function call(operation: string, input: object): Promise<string | undefined> {
  const name = PREFIX + operation;
  const method: Method = client.WorkflowService[port][name];
  return new Promise((resolve, reject) => {
    method(input, (error, result) => (error ? reject(error) : resolve(result[`${name}Result`])));
  });
}

/** What the package makes of a fault, in the words of SOAP 1.1 or of 1.2. */
interface Fault {
  faultcode?: string;
  faultstring?: string;
  Code?: { Value: string };
  Reason?: { Text: { $value: string } };
}

async function refused(): Promise<unknown> {
  try {
    return await call("UpdateMessage", { taskId: "NO-SUCH-TASK", message: "x" });
  } catch (error) {
    const fault = (error as { root: { Envelope: { Body: { Fault: Fault } } } }).root.Envelope.Body.Fault;
    return { code: fault.faultcode ?? fault.Code?.Value, text: fault.faultstring ?? fault.Reason?.Text.$value };
  }
}

async function denied(): Promise<string> {
  client.setSecurity(new BasicAuthSecurity(user, `not ${password}`));
  try {
    return `let in: ${await call("Acknowledgement", acknowledgement)}`;
  } catch (error) {
    return String((error as { response?: { status: number } }).response?.status ?? error);
  }
}

const acknowledgement = { taskId: task, externalReference: "INC-Ä1", message: "On our way <soon> & safe" };
const reassignment = { solution: "Fuse replaced", resolvedAt: "2026-07-01T12:00:00+02:00", closed: false };
const seen = {
  acknowledgement: await call("Acknowledgement", acknowledgement),
  repeated: await call("Acknowledgement", acknowledgement),
  update: await call("UpdateMessage", { taskId: task, externalReference: "INC-Ä1", message: "Line 1\nLine 2 😀" }),
  reassignment: await call("Reassignment", { taskId: task, externalReference: "INC-Ä1", ...reassignment }),
  fault: await refused(),
  denied: await denied(),
};
console.log(JSON.stringify(seen));
