import { open } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { parseMicros } from "../../bench/audit-figures.ts";
import type { AuditEvent } from "../workbench/kubernetes/audit-log.ts";

/** What the API server's own log says about one grant's identity, by the object's name. Wall clock in milliseconds. */
export interface Logged {
  /** When it was last let in. */
  allowedAt: number | null;
  /** When its identity got the first answer about itself. */
  provenAt: number | null;
  /** When its first binding was deleted. */
  unboundAt: number | null;
}

/** Follows the audit log while it grows. */
export interface AuditTail {
  of(objectName: string): Logged;
  /** Reads what has been written by now. */
  catchUp(): Promise<void>;
  close(): Promise<void>;
}

const IDENTITY = "system:serviceaccount:daypass-grants:";
const OFTEN_MS = 500;
const PIECE = 1 << 20;

/** Takes the log's path; begins to follow it. */
export async function followAudit(path: string): Promise<AuditTail> {
  const logged = new Map<string, Logged>();
  const file = await open(path, "r");
  const piece = Buffer.alloc(PIECE);
  let [at, rest, closed] = [0, "", false];
  const of = (name: string) => {
    const one = logged.get(name) ?? { allowedAt: null, provenAt: null, unboundAt: null };
    logged.set(name, one);
    return one;
  };
  const readOn = async () => {
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, PIECE, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      const lines = (rest + piece.toString("utf8", 0, bytesRead)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.includes("daypass-grants") || line.includes("rolebindings")) learn(of, line);
    }
  };
  let reading = Promise.resolve();
  const catchUp = () => {
    reading = reading.then(readOn);
    return reading;
  };
  const loop = (async () => {
    while (!closed) {
      await catchUp();
      await wait(OFTEN_MS);
    }
  })();
  return {
    of,
    catchUp,
    close: async () => {
      closed = true;
      await loop;
      await file.close();
    },
  };
}

function learn(of: (name: string) => Logged, line: string): void {
  const { user, verb, objectRef, responseStatus, stageTimestamp, stage } = JSON.parse(line) as AuditEvent;
  const code = responseStatus?.code ?? 0;
  if (stage !== "ResponseComplete") return;
  const at = parseMicros(stageTimestamp);
  if (verb === "delete" && objectRef?.resource === "rolebindings" && code === 200) {
    of(objectRef.name ?? "").unboundAt ??= at;
  }
  if (!user.username.startsWith(IDENTITY)) return;
  const one = of(user.username.slice(IDENTITY.length));
  if (objectRef?.resource === "selfsubjectaccessreviews") one.provenAt ??= at;
  if (objectRef?.resource === "pods" && (code === 200 || code === 404)) one.allowedAt = at;
}
