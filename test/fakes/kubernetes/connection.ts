import { ApiException } from "@kubernetes/client-node";
import { createCallGate } from "../../../src/provisioner/call-gate.ts";
import type { Connection } from "../../../src/provisioner/connections.ts";
import { createJobController } from "../../../src/provisioner/job-controller.ts";
import { keepDispatcher } from "../../../src/provisioner/kept-dispatcher.ts";
import { createKnownGrants } from "../../../src/provisioner/known-grants.ts";
import { createTurns } from "../../../src/provisioner/turns.ts";
import { NoAnswer } from "../../../src/provisioner/undici-http.ts";
import type { Call, Gate } from "../gate.ts";
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

/** So many calls may be under way in src/provisioner/connections.ts; here there is no limit, nor any dispatcher to keep. */
const CALLS_AT_ONCE = 100;

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
 * Takes the parts; returns the worker's connection. Closing it breaks its watches. Calls have the deadline of
 * kept-dispatcher.ts; lists and watches have none, nor is there a limit of calls at once.
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

const throttled = () => tooMany(RETRY_AFTER_S);

/** A refusal is an answer: the worker's gate hears of it, with its Retry-After. */
function sendThrough(id: string, gate: Gate, callGate: Connection["gate"]): Send {
  const deadline = keepDispatcher(CALLS_AT_ONCE);
  return async <T>(what: string, effect: () => T): Promise<T> => {
    let answer: { readonly value: T } | { readonly refused: ApiException<unknown> } | undefined;
    const call: Call = { to: id, what, hasDeadline: true, broken: brokenLine, throttled };
    const send = async () => {
      try {
        answer = { value: await gate(call, effect) };
        return { status: 200, headers: {}, text: "" };
      } catch (error) {
        if (!(error instanceof ApiException)) throw error;
        answer = { refused: error };
        return { status: error.code, headers: error.headers, text: "" };
      }
    };
    await callGate.pass(() => deadline.within(send));
    if (answer === undefined) throw new Error("a call came back without an answer");
    if ("refused" in answer) throw answer.refused;
    return answer.value;
  };
}
