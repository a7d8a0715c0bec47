/**
 * How a record is written down in Redis: its JSON with the names that every request or grant repeats as one control
 * character each, which JSON itself never holds as such. Half the size, so that ten thousand grants cost 2 KB each at
 * most, and whoever looks with redis-cli still reads every value.
 */

/** A hash of 32 bytes in 43 characters instead of 64; one that is the same as the hash before it in only one. */
const HASH = "\x01";
const SAME_HASH = "\x02";
const LONG_HASH = /"sha256:([0-9a-f]{64})"/g;

/**
 * By their place here stands the character, beginning with 0x03. Records live for days: never change the order, only
 * add, up to 0x1f. What a record holds beside these stays as it is.
 */
const PHRASES = [
  ...['"cluster":"', ',"namespaces":["', ',"profile":"', ',"role":"', ',"roleHash":', '"id":"', ',"version":'],
  ...[',"request":"', ',"grantee":"', ',"decidedBy":{"kind":"approval","people":["', ',"decidedAt":', ',"end":'],
  ...[',"extends":null,"state":"', ',"activeAt":', ',"timerArmed":true,"warned":false', ',"deliveries":[', ',"at":'],
  ...[',"asker":"', ',"targets":[{', ',"durationSeconds":', ',"reason":"', ',"askedAt":', ',"lapsesAt":'],
  ...[
    ',"startsAt":null',
    ',"channel":"',
    ',"fingerprint":"',
    ',"policyHash":',
    ',"decision":{"people":["',
    ',"grants":["',
  ],
].map((phrase, i) => ({ phrase, character: String.fromCharCode(3 + i) }));

const phraseOf = new Map(PHRASES.map(({ phrase, character }) => [character, phrase]));
const SHORTENED = new RegExp(`[${[...phraseOf.keys()].join("")}]|${HASH}([\\w-]{43})|${SAME_HASH}`, "g");

/** Takes a record; returns the text that stands for it. */
export function writeRecord(record: object): string {
  return PHRASES.reduce(
    (text, { phrase, character }) => text.replaceAll(phrase, character),
    shortenHashes(JSON.stringify(record)),
  );
}

/** Takes such a text; returns the record. Throws where it is none. */
export function readRecord(text: string): unknown {
  let last = "";
  const json = text.replaceAll(SHORTENED, (found, short?: string) => {
    if (short !== undefined) last = Buffer.from(short, "base64url").toString("hex");
    return phraseOf.get(found) ?? `"sha256:${last}"`;
  });
  return JSON.parse(json);
}

function shortenHashes(json: string): string {
  let last = "";
  return json.replaceAll(LONG_HASH, (_, hex: string) => {
    const isSame = hex === last;
    last = hex;
    return isSame ? SAME_HASH : HASH + Buffer.from(hex, "hex").toString("base64url");
  });
}
