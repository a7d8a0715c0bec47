/** The points of a grant's life at which a process is killed (performance.md §5.3, drawn anew for what Daypass is). */

/** A call that marks a point: by whom, on which line, and its name. */
export interface Point {
  readonly id: string;
  readonly side: "bot" | "worker";
  readonly line: "redis" | "cluster" | "slack";
  /** As test/chaos/name-redis.ts and name-calls.ts name it. */
  readonly call: string;
  /** What the call is to the grant, for people. */
  readonly words: string;
}

const bot = (line: Point["line"], id: string, call: string, words: string): Point => ({
  ...{ id, side: "bot", line, call, words },
});
const worker = (line: Point["line"], id: string, call: string, words: string): Point => ({
  ...{ id, side: "worker", line, call, words },
});
const post = (told: string, words: string): Point => bot("slack", `told-${told}`, `post ${told}`, words);

export const POINTS: readonly Point[] = [
  bot("redis", "asked-saved", "commit asked", "the request is saved"),
  bot("slack", "asked-answered", "ack request_form", "the form's submission is answered"),
  post("card", "the card is posted"),
  bot("redis", "card-kept", "keep card", "where the card stands is written down"),
  post("asked", "the asker's first message is posted"),
  bot("redis", "approved-saved", "commit approved", "the approval and the grant to be made are saved"),
  bot("redis", "wake-added", "addStandardJob wake", "the worker is woken"),
  bot("slack", "approved-answered", "ack approve_request", "the approver's click is answered"),
  post("verdict", "the verdict is posted in the thread"),
  worker("redis", "wake-taken", "moveToActive wake", "a worker takes the wake"),
  worker("cluster", "grant-made", "POST accessgrants", "the AccessGrant is made"),
  worker("cluster", "timer-made", "POST jobs", "the timer Job is made"),
  worker("cluster", "account-made", "POST serviceaccounts", "the ServiceAccount is made"),
  worker("cluster", "trial-anchored", "POST secrets d0", "the trial's Secret is made"),
  worker("cluster", "bound", "POST rolebindings", "the RoleBinding is made"),
  worker("cluster", "trial-minted", "POST token d0", "the trial's token is minted"),
  worker("cluster", "proof-asked", "POST selfsubjectaccessreviews", "the grant's own identity is tried"),
  worker("cluster", "trial-ended", "DELETE secrets d0", "the trial's Secret is deleted"),
  worker("redis", "active-saved", "commit active", "the grant is saved as active"),
  worker("cluster", "timer-checked", "GET jobs", "the timer is looked at"),
  worker("redis", "armed-saved", "commit timerArmed", "the armed timer is saved"),
  worker("redis", "end-wake-added", "addDelayedJob wake", "the wake for the end is added"),
  post("ready", "the asker is told that it is ready"),
  bot("slack", "card-active", "edit card: active", "the card says active"),
  bot("redis", "delivery-asked", "SET delivery", "the delivery is asked for"),
  worker("redis", "delivery-reserved", "commit deliveryAsked", "the delivery's number is saved"),
  worker("cluster", "delivery-anchored", "POST secrets d1", "the delivery's Secret is made"),
  worker("cluster", "delivery-minted", "POST token d1", "the delivery's token is minted"),
  worker("redis", "delivery-answered", "EXEC delivery answer", "the sealed answer is left"),
  bot("slack", "kubeconfig-shown", "show kubeconfig", "the kubeconfig is shown"),
  worker("cluster", "unbound", "DELETE rolebindings", "the RoleBinding is deleted"),
  worker("redis", "ending-saved", "commit ending", "the ending is saved"),
  worker("cluster", "delivery-ended", "DELETE secrets d1", "the delivery's Secret is deleted"),
  worker("cluster", "account-ended", "DELETE serviceaccounts", "the ServiceAccount is deleted"),
  worker("cluster", "grant-ended", "DELETE accessgrants", "the AccessGrant is deleted"),
  worker("cluster", "end-proven", "POST subjectaccessreviews", "the end is proven"),
  worker("redis", "ended-saved", "commit ended", "the end is saved"),
  bot("slack", "card-ended", "edit card: ended", "the card says ended"),
  post("summary", "the summary is posted in the thread"),
  post("ended", "the asker is told that it ended"),
  bot("redis", "told-settled", "settleTold", "what was told is taken from the outbox"),
  worker("redis", "remembered", "settleRows", "the ledger's rows are taken from Redis"),
];
