import { Pool } from "undici";

/** Where to watch, and as whom. */
export interface Watched {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
  /** Of a list. */
  readonly path: string;
}

/** What happened to an object. */
export interface Happening<Kind> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: Kind;
}

/** Yields first what is there, as added, and then what happens, until the signal; over a connection of its own. */
export async function* watch<Kind>(
  { server, ca, token, path }: Watched,
  signal?: AbortSignal,
): AsyncGenerator<Happening<Kind>> {
  const line = new Pool(server, { connect: { ca }, bodyTimeout: 0 });
  try {
    const headers = { authorization: `Bearer ${token}` };
    const { body } = await line.request({ method: "GET", path: `${path}?watch=1`, headers, signal: signal ?? null });
    body.setEncoding("utf8");
    let begun = "";
    for await (const text of body as AsyncIterable<string>) {
      const lines = `${begun}${text}`.split("\n");
      begun = lines.pop() ?? "";
      for (const happening of lines) yield JSON.parse(happening) as Happening<Kind>;
    }
  } catch (cause) {
    if (signal?.aborted !== true) throw cause;
  } finally {
    await line.destroy();
  }
}
