const GRAMMAR = /^(?:(\d{1,3})h)?(?:(\d{1,3})m)?(?:(\d{1,3})s)?$/;

/**
 * Takes what a person wrote, such as `30m`, `1h30m` or `45s` (spaces and capitals are allowed); returns
 * whole seconds, or null when it is not a duration. Libraries are too lax here: two popular ones read `1h banana` as
 * an hour and accept `-1h`.
 */
export function parseDuration(text: string): number | null {
  const parts = GRAMMAR.exec(
    text
      .replaceAll(/\s/g, "")
      .toLowerCase()
      .replace(/(\d)min(?:utes?)?/, "$1m"),
  );
  if (parts === null || parts[0] === "") return null;
  const [, hours, minutes, seconds] = parts.map((digits) => Number(digits ?? 0));
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** Not nothing, as `0m` is, and digits as editors of other languages than this one read them too. */
export const EXACT_DURATION = /^(?=.*[1-9])(?:[0-9]{1,3}h)?(?:[0-9]{1,3}m)?(?:[0-9]{1,3}s)?$/;

/**
 * Takes what a reviewed file or a command says; returns whole seconds of `30m`, `1h30m` or `45s` alone, and null of all
 * else: a blank in it may be one that nobody sees.
 */
export function parseExactDuration(text: string): number | null {
  return EXACT_DURATION.test(text) ? parseDuration(text) : null;
}

/** Takes whole seconds; returns the words people say: `45 min`, `2 h`, `1 h 30 min`, `30 s`. */
export function sayDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = whole % 60;
  const words = [
    hours > 0 ? `${hours} h` : "",
    minutes > 0 ? `${minutes} min` : "",
    // Seconds beside hours are noise to a reader.
    hours === 0 && rest > 0 ? `${rest} s` : "",
  ].filter((word) => word !== "");
  return words.length > 0 ? words.join(" ") : "0 s";
}
