// Runs in a process of its own: simulated hosts, each on a port. Says which ports, and is told what to replay.
import type { Recording } from './recording.ts';
import { simulateHost } from './simulated-host.ts';
import { startFront } from './ssh-front.ts';
import type { Started } from './told.ts';

let recording: Recording = { scripts: [], tunnels: [] };
process.on('message', (told: Recording) => {
  recording = told;
  process.send?.('ready');
});
process.on('disconnect', () => process.exit());

const count = Number(process.argv[2]);
const fronts = await Promise.all(
  Array.from({ length: count }, () => startFront(simulateHost(() => recording))),
);
const started: Started = {
  ports: fronts.map(({ port }) => port),
  hostKey: fronts[0]?.hostKey ?? '',
};
process.send?.(started);
