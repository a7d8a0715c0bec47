import { runPolicyCommand } from "../../src/policy/command.ts";

/** The moment at which these commands run. */
const NOW = Date.parse("2027-01-18T10:00Z");

/** Takes what stands behind `daypass policy`; runs it on a terminal of paper. Returns how it ends, and what stands there. */
export async function policyCommand(...args: readonly string[]) {
  const said: string[] = [];
  const complained: string[] = [];
  const terminal = { say: (text: string) => said.push(text), complain: (text: string) => complained.push(text) };
  const code = await runPolicyCommand(args, terminal, NOW);
  return { code, said: said.join("\n"), complained: complained.join("\n") };
}
