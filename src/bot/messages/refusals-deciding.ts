import type { RefusalCode } from "../../workflows/refusal.ts";
import { type ASKING, groupsIn, partedSides, type RefusalWords } from "./refusals-asking.ts";

const CARD_HOLDS = "What the card shows is what holds.";

/** Of deciding, ending, receiving and reviewing; and where nothing can be done at all. */
export const DECIDING = {
  notFound: ["I no longer have a record of this, so there is nothing to do here. Ask again if you still need it."],
  notYours: ["This one is not yours, so nothing happened. Who holds it, who approved it and on-call can end it."],
  ownRequest: ["You asked for this one, so somebody else has to decide."],
  notApprover: ({ names, detail }) => [`This one is for ${groupsIn(names, detail)}. You can see it, not decide it.`],
  sameCompany: [
    "You are of the same company as who asked, or were when they asked, and this one is for people of another. " +
      "You can see it, not decide it.",
  ],
  otherAccount: [
    "This pass was asked for from another Slack account than yours, so it is not handed to you. Ask for one of your own.",
  ],
  guestOrExternal: [
    "Guests and people of other organisations don't decide, so nothing was recorded. Ask a colleague in this channel.",
  ],
  inactive: ["Your Slack account is not active, so nothing was recorded. Ask a workspace admin."],
  alreadyDecided: ["This is decided already. Nothing more to do."],
  alreadySaidYes: [
    `You have said yes to this one already; it counts once, and somebody else has to say the next. ${CARD_HOLDS}`,
  ],
  changedSinceShown: [
    "This request has changed since you saw it, so your click did not count. Read the card again, then decide.",
  ],
  stepUpNeeded: [
    "This one is risky, so a click alone does not count. Press Approve on the card: a form says the risk once more.",
  ],
  notNarrower: ({ detail }) => [
    `A yes can only lend less than was asked for${detail === "" ? "" : `, and this is more: ${detail}`}. ` +
      "Nothing was recorded. Choose less, or deny it and say what to ask for.",
  ],
  nothingLeft: [
    "With the yeses so far this would leave nothing to lend, so it did not count. Leave more in, or deny it.",
  ],
  roleChanged: ({ detail }) => [
    `What ${detail} allows has changed since it was asked for, so nothing was granted. Ask for it again.`,
  ],
  askerNotAllowedAnyMore: [
    "Who asked may not have this any more, so nothing was granted. Deny it, or have the policy changed first.",
  ],
  notReviewer: ({ names, detail }) => [
    `This review is for ${detail === "" ? "the reviewers whom the policy names" : groupsIn(names, detail)}, and never for ` +
      "who lent it to themselves. You can see it, not give it.",
  ],
  alreadyReviewed: ["Somebody has reviewed this already. Nothing more to do."],
  alreadyEnding: ["This one is ending already. Nothing more to do."],
  notActive: ["This pass is not active now, so there is no kubeconfig for it. Ask again if you still need access."],
  notNow: [`That is not possible in its present state, so nothing happened. ${CARD_HOLDS}`],
  policyUnreadable: [
    "The policy can't be read, so nothing can be asked for or decided. Whoever runs Daypass sees why in the log. Endings go on.",
  ],
  endingsOnly: ({ detail }) => [
    `Nothing new is granted right now: ${detail}. So nothing was recorded; running passes go on and end on time. ` +
      "Try again when whoever runs Daypass has mended it.",
  ],
  raced: ["Several people acted on this at once and yours did not count. Look at it again, then try once more."],
} as const satisfies RefusalWords<Exclude<RefusalCode, keyof typeof ASKING>>;

/** Of an approver's click: a refusal that is about who asked, said to who decides. */
export const ABOUT_THE_ASKER: Partial<RefusalWords<RefusalCode>> = {
  otherAccount: [
    "This was asked for from another Slack account than who asked has in the policy now, so nothing was granted. " +
      "They have to ask for it again; deny this one.",
  ],
  separatedTogether: (refused) => [
    `Who asked may not hold all of this at the same time: ${partedSides(refused)}. So nothing was granted. Leave namespaces ` +
      "out with Approve for less, or deny it: it can be asked for one after another.",
  ],
  tooManyPasses: [
    "Who asked holds as many passes as they may by now, so nothing was granted. Wait until one ends, or deny this one.",
  ],
  companyFull: [
    "The company of who asked holds as many passes as it may by now, so nothing was granted. Wait until one ends, or deny this one.",
  ],
  clusterUnknown: [
    "The cluster has not been read lately: it does not answer, or no worker reads it. So nothing was granted. Approve " +
      "again in a few minutes, or deny this one.",
  ],
  namespaceUnread: ({ detail }) => [
    `The worker may not read the labels of ${detail}, so nobody knows what the policy says of it, and nothing was granted. ` +
      "Waiting does not mend that: ask whoever runs the cluster to let the worker read it, leave it out with Approve for " +
      "less, or deny this one.",
  ],
  groupUnread: [
    "The policy forbids this to people of a Slack user group that Slack has not shown us, and nobody knows whether who asked " +
      "is in it. So nothing was granted. Approve again in a minute; where it stays so, have whoever runs Daypass mend that " +
      "(the log says how), or deny this one.",
  ],
  separatedWhileEnding: [
    "Who asked had what one person may not hold beside this, and its cluster has not proven yet that it is over. So nothing was " +
      "granted. Approve again when it is, or deny this one.",
  ],
  separated: [
    "Who asked holds by now what one person may not hold beside this, so nothing was granted. Wait until that one ends, or deny this one.",
  ],
};
