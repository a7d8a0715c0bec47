/**
 * Loaded before a process of Daypass (`NODE_OPTIONS=--import`): shifts its JavaScript clock, `Date`, by what stands in
 * the file CHAOS_CLOCK, in milliseconds, read anew twice a second. The real clock of one process alone cannot be shifted
 * without root or libfaketime; Linux' time namespaces leave the wall clock as it is. By which shift the time was really
 * read is written down beside it, in `.read`.
 */
import { appendFileSync, readFileSync } from "node:fs";

const path = process.env.CHAOS_CLOCK ?? "";
let shift = read();
setInterval(() => {
  shift = read();
}, 500).unref();

const real = Date;
let told = 0;
const now = () => {
  if (shift !== told) {
    told = shift;
    appendFileSync(`${path}.read`, `${shift}\n`);
  }
  return real.now() + shift;
};
const shifted = function (this: unknown, ...given: ConstructorParameters<DateConstructor> | []) {
  if (new.target === undefined) return new real(now()).toString();
  return given.length === 0 ? new real(now()) : Reflect.construct(real, given);
};
globalThis.Date = Object.assign(shifted, { now, parse: real.parse, UTC: real.UTC, prototype: real.prototype }) as never;

function read(): number {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch {
    return 0;
  }
}
