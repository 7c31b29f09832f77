// Express that reads the body as text and gives a fixed answer. It knows no caller and keeps nothing.
import { createServer } from "node:http";
import express from "express";
import { CONTENT_TYPE, FIXED_ANSWER, listenAndTell } from "./started.ts";

const app = express();
app.use(express.text({ type: () => true }));
app.post("/Workflow/Webservice/WorkflowService.asmx", (_request, response) => {
  response.type(CONTENT_TYPE).send(FIXED_ANSWER);
});
listenAndTell(createServer(app));
