import type { Events } from "../../src/workflows/ports.ts";

/** Keeps what happened, in order, as a log would. */
export interface RecordedEvents extends Events {
  readonly happenings: readonly { readonly what: string; readonly fields: Readonly<Record<string, unknown>> }[];
  readonly failures: readonly {
    readonly what: string;
    readonly fields: Readonly<Record<string, unknown>>;
    readonly cause: unknown;
  }[];
}

/** Returns events that nothing has happened in yet. */
export function createRecordedEvents(): RecordedEvents {
  const happenings: { what: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const failures: { what: string; fields: Readonly<Record<string, unknown>>; cause: unknown }[] = [];
  return {
    happenings,
    failures,
    happened: (what, fields) => {
      happenings.push({ what, fields });
    },
    failed: (what, fields, cause) => {
      failures.push({ what, fields, cause });
    },
  };
}
