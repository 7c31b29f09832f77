// The measure of all others: node:http that reads the body and gives a fixed answer. It knows no caller and keeps nothing.
import { createServer } from "node:http";
import { CONTENT_TYPE, FIXED_ANSWER, listenAndTell } from "./started.ts";

const headers = { "Content-Type": CONTENT_TYPE, "Content-Length": Buffer.byteLength(FIXED_ANSWER) };

listenAndTell(
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      Buffer.concat(chunks);
      response.writeHead(200, headers).end(FIXED_ANSWER);
    });
  }),
);
