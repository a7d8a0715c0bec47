import { buttons } from "../blocks.ts";
import { ACTIONS, COMMANDS } from "../names.ts";
import { type Message, message, type Sentence, toText } from "../sentences.ts";

/** The message that stands once in the requests channel. Guests cannot always type commands; everybody can press. */
export function requestsMessage(): Message {
  const title = "Kubernetes access, for so long as you need it";
  const words: Sentence = [
    "Say what you need and why. An approver decides, you get a kubeconfig of your own, and it ends by itself. " +
      `Press the button, or type ${COMMANDS.access} anywhere.`,
  ];
  const shown = message(
    [[{ bold: title }], words],
    buttons({
      action: ACTIONS.requestAccess,
      words: "Request access",
      label: "Request access to a cluster",
      style: "primary",
    }),
  );
  return { ...shown, text: toText([[`${title}.`], words]) };
}

/** Answers `/k8s-access help`. */
export const ACCESS_HELP: readonly Sentence[] = [
  [{ code: COMMANDS.access }, " opens a form: which cluster, which namespaces, what for, how long and why."],
  ["An approver decides, and a direct message says when it works. ", { code: COMMANDS.revoke }, " ends access early."],
];

/** Answers words after `/k8s-access` that mean nothing. */
export const ACCESS_UNKNOWN: readonly Sentence[] = [
  [
    "Those words mean nothing to me yet, so nothing was asked. Type only ",
    { code: COMMANDS.access },
    " and fill the form.",
  ],
];

/** Answers `/k8s-revoke help`. */
export const REVOKE_HELP: readonly Sentence[] = [
  [{ code: COMMANDS.revoke }, " lists the passes you may end. Choose one, say why, and it ends at once."],
  [
    { code: `${COMMANDS.revoke} @person` },
    " ends all that person's passes, ",
    { code: `${COMMANDS.revoke} all` },
    " all there are; both ask you once before.",
  ],
  ["On-call ends any pass, an approver what they approved, everybody their own."],
];

/** Answers words after `/k8s-revoke` that mean nothing. */
export const REVOKE_UNKNOWN: readonly Sentence[] = [
  [
    "Those words mean nothing to me yet, so nothing ended. Type only ",
    { code: COMMANDS.revoke },
    " and choose from the list, or ",
    { code: `${COMMANDS.revoke} @person` },
    " or ",
    { code: `${COMMANDS.revoke} all` },
    ".",
  ],
];

/** Slack's three seconds passed before the form could open. */
export const FORM_TOO_LATE: Sentence = [
  "Slack closed the door before I could open the form, so nothing was recorded. Try once more.",
];
