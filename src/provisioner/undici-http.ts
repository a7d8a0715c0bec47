import { type HttpLibrary, type RequestContext, ResponseContext, wrapHttpLibrary } from "@kubernetes/client-node";
import { type Dispatcher, request } from "undici";

/** Who asks, as audit logs show it. */
const USER_AGENT = "daypass";

/** The call reached nobody, or its answer never came or broke off; `cause` is what undici says of it. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : "no answer", { cause });
  }

  /** What undici calls it, such as ECONNREFUSED. */
  get reason(): string {
    const { cause } = this;
    return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : this.message;
  }
}

/** An answer of any kind. */
export interface Answer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What a call goes through on its way: makes it, or throws instead. */
export type Pass = (call: () => Promise<Answer>) => Promise<Answer>;

/**
 * Takes what each call must pass; returns how client-node's calls travel: by undici's `request`. The `fetch` that it
 * uses by itself costs as much CPU as all the rest of a call: without it a grant takes the worker a third less
 * (measured). It follows no redirects.
 */
export function undiciHttp(pass: Pass): HttpLibrary {
  return wrapHttpLibrary({
    async send(context: RequestContext): Promise<ResponseContext> {
      const [dispatcher, signal, content] = [context.getDispatcher(), context.getSignal(), context.getBody()];
      if (content !== undefined && typeof content !== "string") throw new TypeError("only JSON is sent to a cluster");
      const options = {
        method: context.getHttpMethod() as Dispatcher.HttpMethod,
        headers: { ...context.getHeaders(), "user-agent": USER_AGENT },
        body: content ?? null,
        ...(dispatcher === undefined ? {} : { dispatcher }),
        ...(signal === undefined ? {} : { signal }),
      };
      const { status, headers, text } = await pass(() => call(context.getUrl(), options));
      return new ResponseContext(status, headers, {
        text: async () => text,
        binary: async () => Buffer.from(text),
        stream: () => null,
      });
    },
  });
}

async function call(...[url, options]: Parameters<typeof request>): Promise<Answer> {
  try {
    const { statusCode, headers, body } = await request(url, options);
    return { status: statusCode, headers: joined(headers), text: await body.text() };
  } catch (cause) {
    throw new NoAnswer(cause);
  }
}

/** Takes the headers of an answer; returns each as one line. */
export function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]));
}
