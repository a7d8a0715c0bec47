/** The promises that must be carried by tests on real parts by now. */
export const due: ReadonlySet<string> = new Set(["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P9", "P11", "P12"]);

/** What a promise speaks of, where that is more than one thing: each is carried by a test on real parts of its own. */
export const sides: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  P6: {
    "still allowed, still employed": /deactivated a moment ago/,
    "never the one who asked": /who asked cannot decide/,
    "a form's submit": /a modal's submit is judged again/,
    "several yeses": /two people of different groups say yes/,
    "nobody of the asker's company": /nobody of the asker's company decides/,
    "a yes to less": /before somebody narrowed it/,
    "what is risky": /says the risk once more/,
    "the policy's own yes": /the policy lends by itself/,
    "break-glass": /on-call lends itself/,
    "an owed review": /a review that is overdue/,
  },
};
