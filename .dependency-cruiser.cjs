/** Which folder may import what: DESIGN.md, "Shape". Each rule is fed a bad file by test/repo/boundaries.test.ts. */
module.exports = {
  forbidden: [
    {
      name: "workflows-are-pure",
      comment: "What decides has no effects: only its own files and zod, not even types of others.",
      severity: "error",
      from: { path: "^src/workflows/", pathNot: "\\.test\\.ts$" },
      to: { pathNot: ["^src/workflows/", "node_modules/zod/"] },
    },
    {
      name: "areas-stay-apart",
      comment: "Slack, clusters and Redis meet in main.ts alone; between them stand the ports in workflows/.",
      severity: "error",
      from: { path: "^src/(bot|provisioner|jobs|audit|policy)/" },
      to: { path: "^src/(?:bot|provisioner|jobs|audit|policy)/", pathNot: "^src/$1/" },
    },
    {
      name: "areas-know-no-wiring",
      comment: "What an area needs comes in as an argument from main.ts.",
      severity: "error",
      from: { path: "^src/(bot|provisioner|jobs|audit|workflows)/" },
      to: { path: "^src/[^/]+\\.ts$" },
    },
    {
      name: "policy-knows-files-alone",
      comment: "Beside what decides, it needs only what reads YAML, which clusters.yaml is read by too.",
      severity: "error",
      from: { path: "^src/policy/", pathNot: "\\.test\\.ts$" },
      to: { path: "^src/[^/]+\\.ts$", pathNot: "^src/(fault|yaml-file|yaml-text)\\.ts$" },
    },
    {
      name: "policy-is-read-at-the-edge",
      comment: "Everybody else gets the policy in force from a port.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/policy/|^src/(main|cli)\\.ts$" },
      to: { path: "^src/policy/" },
    },
    {
      name: "expressions-only-in-policy",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/policy/" },
      to: { path: "(^|node_modules/)@bufbuild/" },
    },
    {
      name: "slack-only-in-bot",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/bot/" },
      to: { path: "(^|node_modules/)@slack/" },
    },
    {
      name: "kubernetes-only-in-provisioner",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/provisioner/" },
      to: { path: "(^|node_modules/)@kubernetes/" },
    },
    {
      name: "redis-only-in-jobs",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/jobs/" },
      to: { path: "(^|node_modules/)(bullmq|ioredis)(/|$)" },
    },
    {
      name: "src-stands-alone",
      comment: "What ships never imports tests, fakes or benchmarks.",
      severity: "error",
      from: { path: "^src/", pathNot: "\\.test\\.ts$" },
      to: { path: "^(test|bench)/|node_modules/(vitest|ws|ioredis-mock)/" },
    },
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-missing-parts", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
