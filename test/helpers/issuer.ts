// A real issuer of access tokens for tests (oidc-provider), on a free port of this machine, whose keys can be changed and which can be
// out of reach.
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK } from "jose";

/** What of the package, which has no types of its own, is used here. */
interface Packaged {
  default: new (issuer: string, configuration: object) => { callback(): RequestListener };
}
const name: string = "oidc-provider";
const { default: Provider } = (await import(name)) as Packaged;

export const AUDIENCE = "https://desk.example.com/v1";
const SCOPES = "tasks:read tasks:write openid";

export interface TestIssuer {
  url: string;
  /** How often its keys were asked for. */
  asked: number;
  /** A token of a client, by client credentials. */
  token(client: string, audience?: string): Promise<string>;
  /** Signs with a new key from now on, and shows that alone. */
  changeKey(): Promise<JWK>;
  /** Whether it answers at all. */
  reachable: boolean;
  close(): Promise<void>;
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const kid = crypto.randomUUID();
  return { ...(await exportJWK(privateKey)), kid, use: "sig", alg: "ES256" };
}

function providerAt(url: string, key: JWK): RequestListener {
  const client = (client_id: string) => ({
    ...{ client_id, client_secret: "a secret of the client", redirect_uris: [], response_types: [] },
    grant_types: ["client_credentials"],
    id_token_signed_response_alg: "ES256",
  });
  const provider = new Provider(url, {
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    clients: [client("acme-app"), client("desk-app"), client("nobody")],
    jwks: { keys: [key] },
    scopes: SCOPES.split(" "),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, audience: string) => ({
          ...{ scope: SCOPES, audience, accessTokenTTL: 86_400, accessTokenFormat: "jwt", jwt: { sign: { alg: "ES256" } } },
        }),
      },
    },
  });
  return provider.callback();
}

export async function startIssuer(): Promise<TestIssuer> {
  let answer: RequestListener = () => undefined;
  const issuer = { reachable: true, asked: 0 } as TestIssuer;
  const server = createServer((request, response) => {
    if (!issuer.reachable) return void request.socket.destroy();
    if (request.url?.startsWith("/jwks")) issuer.asked += 1;
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  issuer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  issuer.changeKey = async () => {
    const key = await newKey();
    answer = providerAt(issuer.url, key);
    return key;
  };
  issuer.token = async (client, audience = AUDIENCE) => {
    const got = await fetch(`${issuer.url}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${client}:a+secret+of+the+client`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "tasks:read", resource: audience }),
    });
    const body = (await got.json()) as { access_token?: string };
    if (!body.access_token) throw new Error(`no token: ${JSON.stringify(body)}`);
    return body.access_token;
  };
  issuer.close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  await issuer.changeKey();
  return issuer;
}
