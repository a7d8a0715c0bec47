import { tellNotes } from "./notes.ts";
import type { Observed } from "./observe.ts";

/** Takes what was observed; returns what happened, to be read by people: one list of all, and every message. */
export function accountOf({ notes, messages, probes }: Observed): string {
  const probed = probes.flatMap(({ whose, answers }) =>
    answers.map(({ at, verdict, status }) => ({
      at,
      who: "probe",
      what: `the ${whose} token is ${verdict} (${status})`,
    })),
  );
  const told = messages.flatMap((message) =>
    [...message.before, message].map(({ text }) => ({
      ...{ at: Number(message.ts) * 1000, who: "slack" },
      what: `${message.channel}${message.threadTs === undefined ? "" : " (reply)"}: ${text.slice(0, 200)}`,
    })),
  );
  return `${tellNotes([...notes, ...probed].sort((a, b) => a.at - b.at))}\n  messages, each with all it said:\n${told
    .map(({ what }) => `    ${what}`)
    .join("\n")}`;
}
