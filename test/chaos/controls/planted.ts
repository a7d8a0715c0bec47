/** Defects of the kind people really write, planted in a copy of src: the same cases, with the same oracle, must find each. */
import type { Case } from "../case.ts";
import { earlyEndCases } from "../early-end-cases.ts";
import { killCases } from "../kill-cases.ts";
import { redisFaults } from "../redis-faults.ts";
import type { Control } from "./controls.ts";

/** Returns them; each of a worker that has its cluster's timer. */
export function plantedDefects(): readonly Control[] {
  return [
    {
      name: "a record that Redis lost is not rebuilt",
      without: "the rebuilding of records from what the cluster holds",
      patches: [
        {
          file: "src/workflows/heed.ts",
          from: "async function rebuild(bench: Bench, look: Look, held: Held): Promise<boolean> {\n",
          to: "async function rebuild(bench: Bench, look: Look, held: Held): Promise<boolean> {\n  if (held.end > 0) return false;\n",
        },
      ],
      withoutTimer: false,
      case: named(redisFaults(), "F4 FLUSHALL in mid-life"),
      finds: /never read “rebuilt”|nobody could get kubeconfig 2/,
    },
    {
      name: "a new delivery does not end the one before",
      without: "the end of former deliveries",
      patches: [{ file: "src/provisioner/deliver.ts", from: "    endEarlier(cluster, grant, anchor.n),\n", to: "" }],
      withoutTimer: false,
      case: named(killCases(), "delivery-minted, after, 1 each, restarted at once"),
      finds: /after kubeconfig 2 was shown/,
    },
    {
      name: "what is ended early ends at its end",
      without: "the ending of what somebody revoked or handed back",
      patches: [
        {
          file: "src/workflows/next-step.ts",
          from: '    case "ending":\n      return { do: "end" };\n',
          to: '    case "ending":\n      return now < grant.end ? { do: "wait", until: grant.end } : { do: "end" };\n',
        },
      ],
      withoutTimer: false,
      case: named(earlyEndCases(), "on-call revokes, 1 each"),
      finds: /never refused|let in/,
    },
  ];
}

function named(cases: readonly Case[], name: string): Case {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no case of the name ${name}`);
  return found;
}
