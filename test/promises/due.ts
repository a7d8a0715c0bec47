/** The promises that must be carried by tests on real parts by now. */
export const due: ReadonlySet<string> = new Set(["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P9", "P11", "P12"]);
