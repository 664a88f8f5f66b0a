// Converts the SVG chart of a watch to a PNG for Slack, in a child process.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./draw-chart.ts', import.meta.url));
const LIMIT_MS = 30_000;
const MAX_BYTES = 20_000_000;

/**
 * A child process, because drawing blocks the event loop for 0.1 s, and the library keeps 10 MB and more after its first
 * chart. The child inherits no tokens. Rejects if it fails.
 */
export async function png(svg: string): Promise<Buffer<ArrayBuffer>> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer<ArrayBuffer>>();
  const child = execFile(
    process.execPath,
    [script],
    {
      encoding: 'buffer',
      env: childEnvironment(),
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_BYTES,
    },
    (error, picture) => (error ? reject(error) : resolve(Buffer.from(picture))),
  );
  // If the child ends before it has read everything, the callback above reports why.
  child.stdin?.on('error', () => {}).end(svg);
  return promise;
}

/** With Node's compile cache it starts faster. */
function childEnvironment(): Record<string, string> {
  const { NODE_COMPILE_CACHE: cache } = process.env;
  return cache === undefined ? {} : { NODE_COMPILE_CACHE: cache };
}
