// The server of the package soap, on Express, with our WSDL and handlers that do nothing. It knows no caller and keeps nothing.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import express from "express";
import soap from "soap";
import { listenAndTell } from "./started.ts";

const PATH = "/Workflow/Webservice/WorkflowService.asmx";
const wsdl = readFileSync(new URL("../../wsdl/WorkflowService.wsdl", import.meta.url), "utf8");
const answer = { ProcessInstanceTaskExternalAcknowledgementResult: "019a4b2c-7d1e-7a00-8000-5b1d2c3e4f50" };
const operations = { ProcessInstanceTaskExternalAcknowledgement: () => answer };
const app = express();
const server = createServer(app);
soap.listen(app, { path: PATH, xml: wsdl, services: { WorkflowService: { WorkflowServiceSoap: operations } } });
listenAndTell(server);
