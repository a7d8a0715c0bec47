import { accountUser, type User } from "./authorizer.ts";
import type { ObjectStore } from "./object-store.ts";
import { conflict, invalid } from "./refusals.ts";
import type { Ref, Stored } from "./stored-object.ts";

/** The authenticator remembers a success this long (a default without a flag). */
const CACHED_MS = 10_000;
/** go-jose's leeway on `exp`; and so long what is only marked as deleted still counts. */
const LEEWAY_MS = 60_000;
const SHORTEST_SECONDS = 600;

/** A token as it was minted. */
export interface Minted {
  readonly token: string;
  readonly jti: string;
  readonly account: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** The Secret that it is bound to, where it is bound to one. */
  readonly secret: { readonly name: string; readonly uid: string } | null;
  readonly mintedAt: number;
  readonly exp: number;
}

/** What a TokenRequest asks for. */
export interface TokenWanted {
  /** A precondition: of the ServiceAccount. */
  readonly uid?: string | undefined;
  readonly seconds: number;
  readonly secret: { readonly name: string; readonly uid?: string | undefined } | null;
}

export interface Tokens {
  /** All that were ever minted, oldest first. */
  readonly all: readonly Minted[];
  /** Mints a token of a ServiceAccount; throws as the API server refuses. */
  mint(account: Ref & { readonly namespace: string }, wanted: TokenWanted): Minted;
  /** Returns whose token it is, or null (401). A success is remembered for ten seconds, whatever goes meanwhile. */
  authenticate(token: string): User | null;
}

/** Takes what is stored, the server's id and its clock. Tokens look like JWTs and are signed by nobody. */
export function createTokens(store: ObjectStore, { id, now }: { readonly id: string; now(): number }): Tokens {
  const all: Minted[] = [];
  const byToken = new Map<string, { readonly minted: Minted; cachedUntil: number }>();
  function isLive({ account, secret, exp }: Minted): boolean {
    const { namespace, name, uid } = account;
    if (now() > exp + LEEWAY_MS || !counts(store.find({ plural: "serviceaccounts", namespace, name }), uid))
      return false;
    return secret === null || counts(store.find({ plural: "secrets", namespace, name: secret.name }), secret.uid);
  }
  function counts(found: Stored | undefined, uid: string): boolean {
    if (found?.metadata.uid !== uid) return false;
    const { deletionTimestamp } = found.metadata;
    return deletionTimestamp === undefined || now() <= Date.parse(deletionTimestamp) + LEEWAY_MS;
  }
  return {
    all,
    mint(ref, { uid: wantedUid, seconds, secret: wanted }) {
      const { uid } = store.get(ref).metadata;
      if (seconds < SHORTEST_SECONDS)
        throw invalid(ref, "spec.expirationSeconds: may not specify a duration less than 10 minutes");
      if (wantedUid !== undefined && wantedUid !== uid) throw mismatch(ref, wantedUid, uid);
      const secret =
        wanted === null ? null : bound(store, { ...ref, plural: "secrets", name: wanted.name }, wanted.uid);
      const at = Math.floor(now() / 1000) * 1000;
      const [jti, exp] = [`${id}-jti-${all.length + 1}`, at + seconds * 1000];
      const { namespace, name } = ref;
      const minted = { token: tokenOf(jti, exp), jti, account: { namespace, name, uid }, secret, mintedAt: at, exp };
      all.push(minted);
      byToken.set(minted.token, { minted, cachedUntil: Number.NEGATIVE_INFINITY });
      return minted;
    },
    authenticate(token) {
      const known = byToken.get(token);
      if (known === undefined) return null;
      if (now() >= known.cachedUntil) {
        if (!isLive(known.minted)) return null;
        known.cachedUntil = now() + CACHED_MS;
      }
      return accountUser(known.minted.account.namespace, known.minted.account.name);
    },
  };
}

function bound(store: ObjectStore, ref: Ref, wanted: string | undefined): { name: string; uid: string } {
  const { uid } = store.get(ref).metadata;
  if (wanted !== undefined && wanted !== uid) throw mismatch(ref, wanted, uid);
  return { name: ref.name, uid };
}

function mismatch(ref: Ref, wanted: string, found: string): Error {
  return conflict(ref, `the UID in the token request (${wanted}) does not match the UID in record (${found})`);
}

function tokenOf(jti: string, exp: number): string {
  const claims = Buffer.from(`{"jti":"${jti}","exp":${exp / 1000}}`).toString("base64url");
  return `eyJhbGciOiJub25lIn0.${claims}.unsigned`;
}
