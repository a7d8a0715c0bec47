/**
 * GETs whose answers are long: pages of lists, and watches. Made without client-node's own calls, which turn each of
 * ten thousand objects into classes (measured: twice the CPU), cannot ask for metadata alone, and end after three
 * seconds of silence; its Watch goes by way of `fetch`, with the same limit.
 */
import { ApiException, HttpMethod, RequestContext } from "@kubernetes/client-node";
import { request } from "undici";
import { ClusterTrouble } from "../workflows/trouble.ts";
import type { Connection } from "./connections.ts";
import { joined, NoAnswer } from "./undici-http.ts";

export interface Call {
  /** From the server's root, such as `/api/v1/namespaces`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly accept: string;
  readonly signal: AbortSignal;
  /** Longer than this without a byte, first or next, it is given up as `Silence`. */
  readonly silenceMs: number;
}

/** Nothing came for too long. `opened`: the answer had begun, which is what a quiet watch looks like. */
export class Silence extends NoAnswer {
  readonly opened: boolean;

  constructor(silenceMs: number, opened: boolean) {
    super(new Error(`silent for ${silenceMs / 1000} s`));
    this.opened = opened;
  }
}

/**
 * Takes a cluster and a call; yields the answer's text as it comes. Throws ApiException for an answer that is no,
 * NoAnswer where it breaks off or the signal comes, ClusterTrouble where the gate is shut.
 */
export async function* streamText(cluster: Connection, call: Call): AsyncGenerator<string> {
  const limit = limitSilence(call);
  let opened = false;
  try {
    cluster.gate.expectOpen();
    const { status, headers, body } = await open(cluster, call, limit.signal);
    cluster.gate.heard({ status, headers });
    if (status !== 200) throw refusal(status, await body.text(), headers);
    opened = true;
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      limit.heard();
      yield decoder.decode(chunk, { stream: true });
    }
  } catch (cause) {
    if (cause instanceof ApiException || cause instanceof ClusterTrouble) throw cause;
    throw limit.passed() ? new Silence(call.silenceMs, opened) : new NoAnswer(cause);
  } finally {
    limit.clear();
  }
}

async function open(cluster: Connection, { path, query, accept }: Call, signal: AbortSignal) {
  const url = new URL(`${cluster.endpoint.server.replace(/\/$/, "")}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const context = new RequestContext(url.toString(), HttpMethod.GET);
  await cluster.sign(context);
  const dispatcher = context.getDispatcher();
  const { statusCode, headers, body } = await request(url, {
    headers: { ...context.getHeaders(), accept, "user-agent": "daypass" },
    signal,
    // The dispatcher's own limits are for short calls; `limitSilence` holds here.
    ...{ headersTimeout: 0, bodyTimeout: 0 },
    ...(dispatcher === undefined ? {} : { dispatcher }),
  });
  return { status: statusCode, headers: joined(headers), body };
}

function limitSilence({ signal, silenceMs }: Call) {
  const ending = new AbortController();
  const stop = () => ending.abort(signal.reason);
  let passed = false;
  const timer = setTimeout(() => {
    passed = true;
    ending.abort();
  }, silenceMs);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  return {
    signal: ending.signal,
    heard: () => void timer.refresh(),
    passed: () => passed,
    clear() {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    },
  };
}

function refusal(code: number, body: string, headers: Readonly<Record<string, string | string[] | undefined>>) {
  const after = headers["retry-after"];
  return new ApiException(code, `HTTP ${code}`, body, typeof after === "string" ? { "retry-after": after } : {});
}
