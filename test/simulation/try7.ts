import { play, T } from "./run.ts"; import { recordedTape } from "./core/tape.ts";
Error.stackTraceLimit = 0;
for (let r = 0; r < 3; r++) { T.fill(0); for (let i = 0; i < 400; i++) await play(recordedTape([]), { isTraced: false }); console.log(T.map((t) => (t / 400).toFixed(2)).join(" ")); }
