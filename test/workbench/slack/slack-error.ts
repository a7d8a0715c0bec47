/** A Web API refusal: `error` is Slack's word for it, `messages` what response_metadata explains. */
export class SlackError extends Error {
  readonly error: string;
  readonly messages: string[];
  readonly extra: Record<string, unknown>;

  constructor(error: string, messages: string[] = [], extra: Record<string, unknown> = {}) {
    super(error);
    this.error = error;
    this.messages = messages;
    this.extra = extra;
  }
}

/** Something a person cannot do in Slack's client (press a button that is not there, leave a field empty). */
export class NotPossible extends Error {}
