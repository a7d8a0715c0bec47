/** One command as a client sent it. */
export interface RedisCommand {
  /** Its name and arguments. */
  readonly words: readonly string[];
  /** The same bytes as they came. */
  readonly raw: Buffer;
}

const LINE_END = "\r\n";

/**
 * Returns what takes the pieces of one connection and gives back the commands that are whole by then. Clients send
 * arrays of bulk strings (redis.io, RESP); anything else is passed on as a command without words.
 */
export function splitCommands(): (piece: Buffer) => RedisCommand[] {
  let rest: Buffer = Buffer.alloc(0);
  return (piece) => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const commands: RedisCommand[] = [];
    for (let read = readCommand(rest); read !== null; read = readCommand(rest)) {
      commands.push({ words: read.words, raw: rest.subarray(0, read.length) });
      rest = rest.subarray(read.length);
    }
    return commands;
  };
}

interface ReadCommand {
  readonly words: readonly string[];
  readonly length: number;
}

function readCommand(bytes: Buffer): ReadCommand | null {
  if (bytes.length === 0) return null;
  const head = readLine(bytes, 0);
  if (head === null) return null;
  if (!head.text.startsWith("*")) return { words: [], length: head.next };
  const words: string[] = [];
  let at = head.next;
  for (let left = Number(head.text.slice(1)); left > 0; left--) {
    const size = readLine(bytes, at);
    if (size === null) return null;
    const end = size.next + Number(size.text.slice(1));
    if (bytes.length < end + LINE_END.length) return null;
    words.push(bytes.toString("utf8", size.next, end));
    at = end + LINE_END.length;
  }
  return { words, length: at };
}

function readLine(bytes: Buffer, from: number): { readonly text: string; readonly next: number } | null {
  const end = bytes.indexOf(LINE_END, from);
  return end < 0 ? null : { text: bytes.toString("latin1", from, end), next: end + LINE_END.length };
}
