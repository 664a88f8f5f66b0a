// Converts the SVG chart of a watch to a PNG for Slack, in a child process.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./draw-chart.ts', import.meta.url));
const LIMIT_MS = 30_000;
const MAX_BYTES = 20_000_000;

/** Draws in a child process, because drawing blocks for 0.1 s and keeps 10 MB. The child gets no tokens. */
export async function png(svg: string): Promise<Buffer<ArrayBuffer>> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer<ArrayBuffer>>();
  const { NODE_COMPILE_CACHE: cache } = process.env;
  const child = execFile(
    process.execPath,
    [script],
    {
      encoding: 'buffer',
      // With Node's compile cache, the child starts faster.
      env: cache === undefined ? {} : { NODE_COMPILE_CACHE: cache },
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_BYTES,
    },
    (error, picture) => (error ? reject(error) : resolve(Buffer.from(picture))),
  );
  // If the child ends early, writing to it fails. The callback above reports why it ended.
  child.stdin?.on('error', () => {}).end(svg);
  return promise;
}
