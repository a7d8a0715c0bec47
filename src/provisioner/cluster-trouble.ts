/** What can go wrong between the worker and a cluster, told apart by whether trying again can help. */
import { ApiException } from "@kubernetes/client-node";
import type { ClusterRefusal } from "../workflows/ports.ts";
import { ClusterTrouble } from "../workflows/trouble.ts";
import { retryAfterOf } from "./retry-after.ts";
import { NoAnswer } from "./undici-http.ts";

/** Carries a refusal out of nested work; `make` turns it into the value. Never leaves this folder. */
export class RefusedByCluster extends Error {
  override readonly name = "RefusedByCluster";
  readonly refusal: ClusterRefusal;

  constructor(refusedBecause: ClusterRefusal["refusedBecause"], words: string) {
    super(words);
    this.refusal = { refusedBecause, words };
  }
}

/** Takes what a call threw; returns the HTTP status of the answer, or null where none came. */
export function statusCode(error: unknown): number | null {
  return error instanceof ApiException ? error.code : null;
}

/**
 * Takes what a call threw and what it was to do, such as "bind daypass-profile-view in payments"; returns the error
 * to throw on: a refusal where the cluster answered and its answer is no (400, 403, 404, 422), else trouble. A 401 is
 * trouble, since a renewed credential cures it.
 */
export function explain(cluster: string, doing: string, error: unknown): ClusterTrouble | RefusedByCluster {
  const code = statusCode(error);
  if (error instanceof RefusedByCluster || code === null || ![400, 403, 404, 422].includes(code)) {
    return error instanceof RefusedByCluster ? error : asTrouble(cluster, doing, error);
  }
  return new RefusedByCluster("clusterRefused", `${cluster} refuses to ${doing}${said(error)}`);
}

/** As `explain`, for work that is never given up: every failure is trouble, a plain no included. */
export function asTrouble(cluster: string, doing: string, error: unknown): ClusterTrouble {
  if (error instanceof ClusterTrouble) return error;
  if (!(error instanceof ApiException)) return withoutStatus(cluster, doing, error);
  const more = { cause: withoutAnswer(error), retryAfterMs: retryAfterOf(error.headers) };
  switch (error.code) {
    case 401:
      return new ClusterTrouble(
        cluster,
        `${cluster} does not accept the worker's credential: renew the kubeconfig that clusters.yaml names for it`,
        more,
      );
    case 403:
      return new ClusterTrouble(
        cluster,
        `${cluster} does not let the worker ${doing}: apply deploy/cluster again${said(error)}`,
        more,
      );
    case 429:
      return new ClusterTrouble(cluster, `${cluster} is too busy to ${doing}`, more);
    default:
      return new ClusterTrouble(cluster, `${cluster} could not ${doing} (${error.code})${said(error)}`, more);
  }
}

/** No answer came, or what went wrong is not the cluster's doing. */
function withoutStatus(cluster: string, doing: string, error: unknown): ClusterTrouble {
  if (!(error instanceof NoAnswer))
    return new ClusterTrouble(cluster, `${cluster} could not ${doing}`, { cause: error });
  return new ClusterTrouble(cluster, `${cluster} does not answer (${error.reason})`, { cause: error, silent: true });
}

/** The cause that logs get: client-node's error carries the whole answer, which is no log's business. */
function withoutAnswer(error: ApiException<unknown>): Error {
  return new Error(`HTTP ${error.code}${said(error)}`);
}

/** What the API server said about it, as its Status object carries it. */
function said(error: unknown): string {
  if (!(error instanceof ApiException) || typeof error.body !== "string") return "";
  try {
    const status: unknown = JSON.parse(error.body);
    if (typeof status !== "object" || status === null || !("message" in status)) return "";
    return typeof status.message === "string" ? `: ${status.message.slice(0, 400)}` : "";
  } catch {
    return "";
  }
}
