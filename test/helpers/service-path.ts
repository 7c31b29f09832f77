// Where the default SOAP contract is served, as partners know it.
export const SERVICE_PATH = "/Workflow/Webservice/WorkflowService.asmx";
