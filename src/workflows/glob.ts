const STAR = "*".charCodeAt(0);
const ANY_ONE = "?".charCodeAt(0);

/**
 * Takes a glob (`*` is any run of characters, `?` is one) and a name; returns whether the whole name matches. By
 * stepping back to the last `*` alone, so it takes at most length × length steps, whatever the glob.
 */
export function matchesGlob(glob: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < name.length; ) {
    const code = glob.charCodeAt(at);
    if (code === STAR) {
      star = at++;
      resume = i;
    } else if (code === ANY_ONE || code === name.charCodeAt(i)) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else return false;
  }
  while (glob.charCodeAt(at) === STAR) at++;
  return at === glob.length;
}
