import { readFile } from "node:fs/promises";

/** The fields of an audit.k8s.io/v1 event that tests and figures ask for. */
export interface AuditEvent {
  auditID: string;
  stage: "ResponseStarted" | "ResponseComplete" | "Panic";
  level: "Metadata" | "Request" | "RequestResponse";
  verb: string;
  requestURI: string;
  user: { username: string; groups?: string[]; extra?: Record<string, string[]> };
  impersonatedUser?: { username: string };
  userAgent?: string;
  sourceIPs?: string[];
  objectRef?: {
    resource?: string;
    subresource?: string;
    namespace?: string;
    name?: string;
    apiGroup?: string;
    uid?: string;
  };
  responseStatus?: { code?: number; reason?: string; message?: string };
  requestObject?: unknown;
  responseObject?: unknown;
  requestReceivedTimestamp: string;
  stageTimestamp: string;
  annotations?: Record<string, string>;
}

/** Reads every event that an audit log holds, in the order in which they were written. */
export async function readAuditLog(path: string): Promise<AuditEvent[]> {
  const lines = (await readFile(path, "utf8")).split("\n");
  // What follows the last line feed is either empty or still being written.
  return lines.slice(0, -1).map((line): AuditEvent => JSON.parse(line));
}
