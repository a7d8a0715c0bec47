import { play } from "./run.ts"; import { recordedTape } from "./core/tape.ts";
Error.stackTraceLimit = 0;
for (let i = 0; i < 1200; i++) await play(recordedTape([]), { isTraced: false });
