/** Prints a line with the moment at which it was so, by this machine's clock. */
export function say(words: string): void {
  const [head = "", ...rest] = words.trimEnd().split("\n");
  console.log(`${utc(Date.now())}  ${head}`);
  for (const line of rest) console.log(`${" ".repeat(utc(0).length)}  ${line}`);
}

/** Takes epoch milliseconds; returns date and time in UTC, to a tenth of a second. */
export function utc(at: number): string {
  return `${new Date(Math.floor(at / 100) * 100).toISOString().slice(0, 21).replace("T", " ")}Z`;
}

/** Takes milliseconds; returns seconds with one decimal. */
export function seconds(ms: number): string {
  return (Math.round(ms / 100) / 10 + 0).toFixed(1);
}
