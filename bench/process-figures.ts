import { readFileSync } from "node:fs";

/** Linux tells processes' times in ticks of 10 ms, whatever the kernel's own clock does (man 5 proc, USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Takes a process id; returns the CPU seconds it has used so far, or null where there is no /proc. */
export function cpuSeconds(pid: number): number | null {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // Fields count from behind the name, which may hold blanks: user time is the 14th of all, system time the 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Takes a process id; returns the memory it holds in megabytes, or null where there is no /proc. */
export function residentMegabytes(pid: number): number | null {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
