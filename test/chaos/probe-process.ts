/**
 * Asks the API server as a pass's holder would, ten times a second, until it is told to stop: a process of its own, so
 * that what the harness does in the meantime cannot make anything look later than it is.
 */
import { Pool } from "undici";

/** What to ask, and as whom. */
export interface Probing {
  readonly id: string;
  readonly server: string;
  readonly ca: string;
  readonly path: string;
  readonly token: string;
}

/** Said at each change of the answer. Wall clock in milliseconds. */
export interface Answered {
  readonly id: string;
  readonly verdict: "allowed" | "refused" | "neither";
  readonly status: number;
  /** When this answer came. */
  readonly at: number;
}

const EVERY_MS = 100;
const pools = new Map<string, Pool>();
const asked = new Map<string, NodeJS.Timeout>();

process.once("disconnect", () => process.exit(1));
process.on("message", (message: Probing | { readonly stop: string }) => {
  if ("stop" in message) {
    clearInterval(asked.get(message.stop));
    asked.delete(message.stop);
  } else begin(message);
});

function begin(probing: Probing): void {
  let before: Answered["verdict"] | null = null;
  let busy = false;
  const ask = async () => {
    if (busy) return;
    busy = true;
    const status = await question(probing);
    busy = false;
    const verdict = verdictOf(status);
    if (verdict === before || !asked.has(probing.id)) return;
    before = verdict;
    process.send?.({ id: probing.id, verdict, status, at: Date.now() } satisfies Answered);
  };
  asked.set(
    probing.id,
    setInterval(() => void ask(), EVERY_MS),
  );
}

/** Whoever may look learns that there is no pod of that name. */
function verdictOf(status: number): Answered["verdict"] {
  if (status === 200 || status === 404) return "allowed";
  return status === 401 || status === 403 ? "refused" : "neither";
}

async function question({ server, ca, path, token }: Probing): Promise<number> {
  // Over HTTP/2 each 401 is followed by GOAWAY, which fails the questions of others on that connection.
  const pool = pools.get(server) ?? new Pool(server, { connect: { ca }, allowH2: false, headersTimeout: 5_000 });
  pools.set(server, pool);
  try {
    const { statusCode, body } = await pool.request({
      method: "GET",
      path,
      headers: { authorization: `Bearer ${token}` },
    });
    await body.dump();
    return statusCode;
  } catch {
    return 0;
  }
}
