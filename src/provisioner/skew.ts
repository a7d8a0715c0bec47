import type { Millis } from "../workflows/person.ts";

/**
 * Takes our time and a call that is made now; returns what was answered, and how far the cluster's clock is ahead of
 * ours at that moment, in milliseconds (`skewFrom`).
 */
export async function withSkew<T>(
  now: Millis,
  call: Promise<{ readonly data: T; readonly headers: { readonly date?: string } }>,
): Promise<{ readonly data: T; readonly skewMs: Millis }> {
  const askedAt = performance.now();
  const { data, headers } = await call;
  const answered = now + performance.now() - askedAt;
  return { data, skewMs: skewFrom({ date: headers.date, asked: now, answered }) };
}

/**
 * Takes an answer's Date header and our own times when it was asked for and when it came; returns how far the other
 * clock is ahead, in milliseconds (negative: behind). The header is cut to the second and was written somewhen between
 * our two times: 0 where that alone explains the difference, or where there is no header.
 */
export function skewFrom({
  date,
  asked,
  answered,
}: {
  readonly date: string | undefined;
  readonly asked: Millis;
  readonly answered: Millis;
}): Millis {
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs)) return 0;
  const [least, most] = [theirs - answered, theirs + 1_000 - asked];
  return least <= 0 && most >= 0 ? 0 : Math.round((least + most) / 2);
}
