import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";

/** A place where something readable rests, and what it says. */
export interface Place {
  readonly where: string;
  readonly bytes: Buffer;
}

/** A secret found where it must not be. */
export interface Find {
  readonly where: string;
  readonly form: string;
}

/**
 * Takes a credential's token; returns the forms in which its bytes could rest: as it is, its parts that alone are
 * enough to know it by, and the encodings that libraries apply on the way.
 */
function formsOf(token: string): ReadonlyMap<string, Buffer> {
  const signature = token.split(".")[2] ?? token;
  const forms: [string, string][] = [
    ["the token", token],
    ["its signature", signature],
    ["base64", Buffer.from(token).toString("base64")],
    ["base64url", Buffer.from(token).toString("base64url")],
    ["hex", Buffer.from(token).toString("hex")],
    ["URL-encoded", encodeURIComponent(token)],
    // Base64 of something that holds it starts at any of three places; a middle piece is the same for each.
    ...[0, 1, 2].map((shift): [string, string] => [
      `inside base64 (+${shift})`,
      Buffer.from(signature.slice(shift, shift + 240))
        .toString("base64")
        .slice(0, 300),
    ]),
  ];
  return new Map(forms.map(([name, text]) => [name, Buffer.from(text)]));
}

/** Takes places and tokens; returns where any of them rests, and any JWT at all: the worker's trial is nobody's to see. */
export function hunt(places: readonly Place[], tokens: readonly string[]): readonly Find[] {
  const forms = tokens.flatMap((token) => [...formsOf(token)]);
  return places.flatMap(({ where, bytes }) => {
    const found = forms.filter(([, form]) => bytes.includes(form)).map(([form]) => ({ where, form }));
    // Header and claims both begin with {" in base64url. A sealed answer (JWE) has no second part, so it is none.
    const jwt = /eyJ[\w-]{10,}\.eyJ[\w-]{20,}/.test(bytes.toString("latin1"));
    return [...found, ...(jwt ? [{ where, form: "some JWT" }] : [])];
  });
}

/** Everything in Redis: each key and its value as Redis serialises it, uncompressed where it is text. */
export async function redisPlaces(url: string): Promise<readonly Place[]> {
  const client = new Redis(url);
  try {
    // Compressed dumps would hide what rests in them.
    await client.config("SET", "rdbcompression", "no");
    const names = await client.keys("*");
    return await Promise.all(
      names.map(async (name) => ({
        where: `Redis key ${name}`,
        bytes: Buffer.concat([Buffer.from(`${name}\n`), (await client.dumpBuffer(name)) ?? Buffer.alloc(0)]),
      })),
    );
  } finally {
    await client.quit();
  }
}

/** Has Redis write its snapshot beside the append-only files, uncompressed, and returns when it is on the disk. */
export async function saveRedis(url: string): Promise<void> {
  const client = new Redis(url);
  await client.config("SET", "rdbcompression", "no");
  await client.save();
  await client.quit();
}

/** Every file below a folder. */
export function filePlaces(what: string, folder: string): readonly Place[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ where: `${what} ${path.slice(folder.length + 1)}`, bytes: readFileSync(path) }));
}

/** Arguments and environment of a process, as the system shows them to its owner. */
export function processPlaces(name: string, pid: number): readonly Place[] {
  return ["cmdline", "environ"].map((file) => ({
    where: `${name}'s ${file}`,
    bytes: readFileSync(`/proc/${pid}/${file}`),
  }));
}
