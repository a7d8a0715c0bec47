import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";

export interface ApiRequest {
  server: string;
  path: string;
  caFile: string;
  token?: string;
}

export interface ApiAnswer {
  status: number;
  body: string;
}

const timeoutMs = 2000;

/** Sends one GET to an API server or another part's HTTPS port. */
export async function apiGet({ server, path, caFile, token }: ApiRequest): Promise<ApiAnswer> {
  return await new Promise<ApiAnswer>((resolve, reject) => {
    const sent = request(new URL(path, server), {
      agent: new Agent({ ca: readFileSync(caFile) }),
      timeout: timeoutMs,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    sent.once("response", (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    sent.once("timeout", () => sent.destroy(new Error(`No answer in ${timeoutMs} ms`)));
    sent.once("error", reject);
    sent.end();
  });
}
