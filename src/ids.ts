import { createHash } from "node:crypto";
import type { Ids } from "./workflows/ports.ts";

/** RFC 4648's base32 in lower case: letters and 2–7, all of them allowed in Kubernetes names. */
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** Ids and hashes by SHA-256: the same seed gives the same id, so a click delivered twice makes one record. */
export const hashedIds: Ids = {
  requestId: (seed) => encode(createHash("sha256").update(`request ${seed}`).digest()).slice(0, 10),
  fingerprint: (shown) => createHash("sha256").update(shown).digest("hex").slice(0, 16),
};

function encode(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let text = "";
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(value >>> bits) & 31] ?? "";
      value &= (1 << bits) - 1;
    }
  }
  return text;
}
