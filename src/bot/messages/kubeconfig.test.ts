import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { viewArgument } from "../../../test/workbench/slack/limits/views.ts";
import { kubeconfigModal, making, NOT_KEPT, splitAtLineEnds } from "./kubeconfig.ts";

const NOON = Date.UTC(2026, 5, 1, 12);

/** Two certificates of RSA-4096 keys, each about 1.9 kB of base64, as a CA bundle holds them. */
const pem = () =>
  `-----BEGIN CERTIFICATE-----\n${randomBytes(1_420)
    .toString("base64")
    .match(/.{1,64}/g)
    ?.join("\n")}\n-----END CERTIFICATE-----\n`;
const ca =
  Buffer.from(pem() + pem())
    .toString("base64")
    .match(/.{1,64}/g) ?? [];
const text = `apiVersion: v1
kind: Config
clusters:
  - name: prod
    cluster:
      server: https://prod.example:6443
      certificate-authority-data: |
        ${ca.join("\n        ")}
users:
  - name: daypass-prod
    user:
      token: eyJ${"t".repeat(1_200)}
`;
const shown = {
  kubeconfig: text,
  fileName: "daypass-prod.yaml",
  tryFirst: "kubectl get pods",
  end: NOON + 7_200_000,
  former: null,
  now: NOON,
};

/** The parts that are pasted into the file, in the order shown. */
function parts(view: ReturnType<typeof kubeconfigModal>): readonly string[] {
  const all = [
    ...JSON.stringify(view.blocks).matchAll(
      /"rich_text_preformatted","elements":\[\{"type":"text","text":("(?:[^"\\]|\\.)*")/g,
    ),
  ];
  return all.map(([, json]) => JSON.parse(json ?? '""') as string).slice(0, -1);
}

describe("the credential's modal", () => {
  test("holds a CA of two RSA-4096 certificates in parts that make the file again", () => {
    const view = kubeconfigModal(shown);

    expect(viewArgument.safeParse(view).error?.issues).toBeUndefined();
    expect(parts(view).length).toBeGreaterThan(1);
    for (const part of parts(view)) expect(part.length).toBeLessThanOrEqual(2_900);
    expect(`${parts(view).join("\n")}\n`).toBe(text);
    expect(JSON.stringify(view)).toContain(`Part 1 of ${parts(view).length}`);
  });

  test("P4 · has nothing to press, send or close loudly, and no metadata: Slack would echo it all", () => {
    const view = kubeconfigModal(shown);

    for (const blocks of [view, making()]) {
      expect(blocks.submit).toBeUndefined();
      expect(blocks.notify_on_close).toBe(false);
      expect(blocks.private_metadata).toBeUndefined();
      expect(blocks.callback_id).toBeUndefined();
    }
    expect(new Set(view.blocks.map(({ type }) => type))).toEqual(new Set(["rich_text"]));
  });

  test("says of a second one that the first no longer works", () => {
    const again = JSON.stringify(kubeconfigModal({ ...shown, former: NOON - 60_000 }));

    expect(again).toContain("no longer works");
    expect(JSON.stringify(kubeconfigModal(shown))).not.toContain("no longer works");
  });
});

test("a line that fits no part is a fault, never cut in the middle", () => {
  expect(() => splitAtLineEnds("a".repeat(11), 10)).toThrow(RangeError);
  expect(splitAtLineEnds("aaa\nbbb\nccc\n", 7)).toEqual(["aaa\nbbb", "ccc"]);
});

test("P4 · whoever reads that a kubeconfig could not be written down is told no fate of it that nobody knows", () => {
  const words = NOT_KEPT.join("");

  expect(words).toContain("it may stop working");
  expect(words).toContain("Press Get kubeconfig again: the new one ends that one.");
  expect(words).not.toMatch(/is ended|within|minute/);
});
