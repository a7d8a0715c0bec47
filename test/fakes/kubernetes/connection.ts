import { ApiException } from "@kubernetes/client-node";
import { createCallGate } from "../../../src/provisioner/call-gate.ts";
import type { Connection } from "../../../src/provisioner/connections.ts";
import { createJobController } from "../../../src/provisioner/job-controller.ts";
import { createKnownGrants } from "../../../src/provisioner/known-grants.ts";
import { createTurns } from "../../../src/provisioner/turns.ts";
import { NoAnswer } from "../../../src/provisioner/undici-http.ts";
import type { Gate } from "../gate.ts";
import { brokenSocket, type MemoryDispatcher } from "./memory-dispatcher.ts";
import { tooMany } from "./refusals.ts";
import {
  authorizationApi,
  batchApi,
  bearerApi,
  coreApi,
  customApi,
  rbacApi,
  type Send,
  type Wire,
} from "./typed-apis.ts";

/** As an API server says with API Priority and Fairness. */
const RETRY_AFTER_S = 1;

/** A line that broke, as undici tells of it. */
export function brokenLine(): Error {
  return new NoAnswer(brokenSocket());
}

interface ConnectionParts extends Omit<Wire, "send"> {
  readonly id: string;
  readonly gate: Gate;
  /** How lists and watches travel. */
  readonly lists: MemoryDispatcher;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Takes the parts; returns the worker's connection. Closing it breaks its watches. It has no deadline and no limit of
 * calls at once: a gate that keeps a call for longer than the 3.5 s of kept-dispatcher.ts has to break it.
 */
export function connectTo({ id, labels, gate, lists, ...parts }: ConnectionParts): Connection {
  const callGate = createCallGate(id);
  const wire: Wire = { ...parts, send: sendThrough(id, gate, callGate) };
  const rbac = rbacApi(wire);
  return {
    ...{ id, labels, core: coreApi(wire), batch: batchApi(wire), rbac, cutting: rbac },
    ...{ authorization: authorizationApi(wire), custom: customApi(wire) },
    ...{ gate: callGate, turns: createTurns(), known: createKnownGrants(), jobController: createJobController() },
    endpoint: { name: id, server: `https://${id}.memory`, skipTLSVerify: false },
    sign: async (call) => call.setDispatcher(lists.dispatcher),
    asBearer: (token) => bearerApi(wire, token),
    close: async () => lists.breakAll(),
  };
}

/** A refusal is an answer: the worker's gate hears of it, with its Retry-After. */
function sendThrough(id: string, gate: Gate, callGate: Connection["gate"]): Send {
  return async <T>(what: string, effect: () => T): Promise<T> => {
    let answer: { readonly value: T } | { readonly refused: ApiException<unknown> } | undefined;
    await callGate.pass(async () => {
      try {
        answer = {
          value: await gate({ to: id, what, broken: brokenLine, throttled: () => tooMany(RETRY_AFTER_S) }, effect),
        };
        return { status: 200, headers: {}, text: "" };
      } catch (error) {
        if (!(error instanceof ApiException)) throw error;
        answer = { refused: error };
        return { status: error.code, headers: error.headers, text: "" };
      }
    });
    if (answer === undefined) throw new Error("a call came back without an answer");
    if ("refused" in answer) throw answer.refused;
    return answer.value;
  };
}
