import { createGuardian } from './guardian.ts';
import { findParts } from './parts.ts';
const t0 = Date.now();
const guardian = createGuardian();
try { await findParts({ guardian, print: (l) => console.log(((Date.now()-t0)/1000).toFixed(1), l) }); }
catch (e) { console.log(String(e)); }
await guardian.stop();
