import type { Millis } from "./person.ts";

/**
 * Takes a day such as `2027-03-31`, already known to be one; returns the moment it begins, in UTC. By the civil calendar
 * (Howard Hinnant's days_from_civil): no `Date` in this folder.
 */
export function parseDay(iso: string): Millis {
  const [year = 1970, month = 1, day = 1] = iso.split("-").map(Number);
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * 86_400_000;
}
