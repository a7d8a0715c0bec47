import type { z } from "zod";

/**
 * Says what a schema found wrong as Slack does in response_metadata.messages:
 * `[ERROR] <what> [json-pointer:/blocks/0/text]`. `root` is the pointer of the value that was checked.
 */
export function slackMessages(error: z.ZodError, root: string): string[] {
  return error.issues.flatMap((issue) => {
    const pointer = [root, ...issue.path.map(String)].join("/");
    return `[ERROR] ${issue.message} [json-pointer:${pointer}]`;
  });
}
