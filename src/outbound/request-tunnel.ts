// Opens a way through a forward proxy by CONNECT (RFC 9110 section 9.3.6), always to an address the guard has judged, so that
// the proxy has no name to look up a second time. The proxy itself is the operator's word and is not judged.
import { request as httpRequest } from "node:http";
import { isIP, type Socket } from "node:net";
import { Failure } from "../core/errors.ts";
import type { Target } from "./guard.ts";

/** Where the proxy is, and what it wants to see. */
export interface ForwardProxy {
  host: string;
  port: number;
  /** Value of `Proxy-Authorization`; null for none. */
  authorization: string | null;
}

/** Addresses tried through the proxy before the call has failed. */
const MOST_ADDRESSES = 3;

/** Reads `http://user:password@host:3128`, user and password percent-encoded. Throws a `Failure` `invalid_request` for anything else. */
export function parseProxy(text: string): ForwardProxy {
  const url = URL.parse(text);
  if (url === null || url.protocol !== "http:" || url.hostname === "" || url.pathname !== "/" || url.search !== "") {
    throw new Failure("invalid_request", "The forward proxy is given as http://user:password@host:port.");
  }
  const user = decodeURIComponent(url.username);
  const word = `${user}:${decodeURIComponent(url.password)}`;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || 80),
    authorization: user === "" ? null : `Basic ${Buffer.from(word).toString("base64")}`,
  };
}

/** Opens a tunnel to the first of the target's addresses that the proxy reaches. Rejects with the last error. */
export async function openTunnel(proxy: ForwardProxy, target: Target, signal: AbortSignal): Promise<Socket> {
  let last: unknown;
  for (const address of target.addresses.slice(0, MOST_ADDRESSES)) {
    try {
      return await connectThrough(proxy, `${isIP(address) === 6 ? `[${address}]` : address}:${target.port}`, signal);
    } catch (error) {
      last = error;
      if (signal.aborted) break;
    }
  }
  throw last;
}

function connectThrough(proxy: ForwardProxy, authority: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const headers = { Host: authority, ...(proxy.authorization ? { "Proxy-Authorization": proxy.authorization } : {}) };
    // Without an agent the connection is this tunnel's alone, and no proxy of the environment gets between.
    const request = httpRequest({
      host: proxy.host,
      port: proxy.port,
      method: "CONNECT",
      path: authority,
      headers,
      agent: false,
      signal,
    });
    const fail = (text: string): void => reject(Object.assign(new Error(text), { proxy: true }));
    request.once("connect", (response, socket, head) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        fail(`The forward proxy answered CONNECT ${authority} with ${response.statusCode}: see whether it may open this port.`);
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket as Socket);
    });
    request.once("response", (response) => {
      response.destroy();
      fail(`The forward proxy did not open a tunnel to ${authority}.`);
    });
    request.on("error", (error) => fail(`The forward proxy could not be used: ${error.message}`));
    request.end();
  });
}
