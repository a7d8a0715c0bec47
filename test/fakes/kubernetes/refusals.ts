/** The answers by which an API server says no, with the codes and the Status bodies of the real one. */
import { ApiException } from "@kubernetes/client-node";
import { KINDS, type Plural, type Ref } from "./stored-object.ts";

/** Takes a code, the API server's reason and words, and headers; returns what client-node throws for such an answer. */
export function refusal(
  code: number,
  reason: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): ApiException<string | undefined> {
  // client-node gives no body with a 401.
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
  return new ApiException(code, `HTTP ${code}`, code === 401 ? undefined : JSON.stringify(status), { ...headers });
}

/** 404. */
export function notFound({ plural, name }: Ref): Error {
  return refusal(404, "NotFound", `${resource(plural)} "${name}" not found`);
}

/** 409 on a create. */
export function alreadyExists({ plural, name }: Ref): Error {
  return refusal(409, "AlreadyExists", `${resource(plural)} "${name}" already exists`);
}

/** 409 on a precondition. */
export function conflict({ plural, name }: Ref, words: string): Error {
  return refusal(409, "Conflict", `Operation cannot be fulfilled on ${resource(plural)} "${name}": ${words}`);
}

/** 403 by the authorizer. */
export function forbidden(user: string, verb: string, { plural, namespace }: Omit<Ref, "name">): Error {
  const [group] = groupOf(plural);
  const where = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const words = `User "${user}" cannot ${verb} resource "${plural}" in API group "${group}" ${where}`;
  return refusal(403, "Forbidden", `${resource(plural)} is forbidden: ${words}`);
}

/** 403 of a namespace that is going. */
export function terminating({ plural, name, namespace }: Ref): Error {
  const words = `unable to create new content in namespace ${namespace} because it is being terminated`;
  return refusal(403, "Forbidden", `${resource(plural)} "${name}" is forbidden: ${words}`);
}

/** 422. */
export function invalid({ plural, name }: Ref, words: string): Error {
  return refusal(422, "Invalid", `${KINDS[plural].kind} "${name}" is invalid: ${words}`);
}

/** 401. */
export function unauthorized(): Error {
  return refusal(401, "Unauthorized", "Unauthorized");
}

/** 429: the API server has too much to do (API Priority and Fairness), and says for how many seconds to wait. */
export function tooMany(seconds: number): Error {
  const words = "the server has received too many requests and has asked us to try again later";
  return refusal(429, "TooManyRequests", words, { "retry-after": String(seconds) });
}

/** 410: the version that was asked from is no longer known. */
export function expired(): Error {
  return refusal(410, "Expired", "The resourceVersion for the provided watch is too old.");
}

/** Takes a plural; returns the API group, "" for the core's, and the version. */
function groupOf(plural: Plural): readonly [group: string, version: string] {
  const [first = "", second] = KINDS[plural].apiVersion.split("/");
  return second === undefined ? ["", first] : [first, second];
}

function resource(plural: Plural): string {
  const [group] = groupOf(plural);
  return group === "" ? plural : `${plural}.${group}`;
}
