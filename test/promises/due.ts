/** The promises that must be carried by tests on real parts by now. */
export const due: ReadonlySet<string> = new Set(["P1", "P3", "P4", "P5", "P6"]);
