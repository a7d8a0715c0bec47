import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { SeenCall } from "./fault-proxy-faults.ts";

const GRANT_LABEL = "daypass.dev/grant";

/** What one line shows of a cluster that several lines lead to. */
export interface OwnView {
  /** Takes a call and its body; a grant that is made by it belongs to this line from now on. */
  remember(call: SeenCall, body: string): void;
  /** Takes an answer; returns its body with other lines' grants left out, or null where it holds no list. */
  show(call: SeenCall, answer: IncomingMessage): AsyncIterable<Buffer> | null;
}

interface Labelled {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
}

/** Returns the view of a line through which nothing was made yet. */
export function createOwnView(): OwnView {
  const own = new Set<string>();
  const isShown = ({ metadata }: Labelled) => {
    const grant = metadata?.labels?.[GRANT_LABEL];
    return grant === undefined || own.has(grant);
  };
  return {
    remember(call, body) {
      if (call.method !== "POST" || !body.includes(GRANT_LABEL)) return;
      const grant = (JSON.parse(body) as Labelled).metadata?.labels?.[GRANT_LABEL];
      if (grant !== undefined) own.add(grant);
    },
    show(call, answer) {
      if (call.method !== "GET" || answer.statusCode !== 200) return null;
      if (/[?&]watch=(true|1)/.test(call.path)) return filterWatch(answer, isShown);
      return filterList(answer, isShown);
    },
  };
}

async function* filterList(answer: IncomingMessage, isShown: (item: Labelled) => boolean): AsyncGenerator<Buffer> {
  const body = await text(answer);
  const read = body.startsWith("{") ? (JSON.parse(body) as { items?: Labelled[] }) : {};
  if (read.items === undefined) yield Buffer.from(body);
  else yield Buffer.from(JSON.stringify({ ...read, items: read.items.filter(isShown) }));
}

/** A watch is one JSON value per line. */
async function* filterWatch(answer: IncomingMessage, isShown: (item: Labelled) => boolean): AsyncGenerator<Buffer> {
  let rest = "";
  for await (const chunk of answer.setEncoding("utf8")) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    const shown = lines.filter((line) => isShown((JSON.parse(line) as { object?: Labelled }).object ?? {}));
    if (shown.length > 0) yield Buffer.from(`${shown.join("\n")}\n`);
  }
}
