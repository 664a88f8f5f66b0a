import { bootHost } from '../../../sandbox/host/host.ts';

/** A process that boots a host, says so, and waits to be killed. */
const host = await bootHost();
console.log(host.privateKeyPath);
setInterval(() => {}, 60_000);
