import { findRedisServer } from './redis-server.ts';
const t0 = Date.now();
await findRedisServer(console.log).then(console.log, (e) => console.log(String(e)));
console.log(Date.now()-t0, 'ms');
