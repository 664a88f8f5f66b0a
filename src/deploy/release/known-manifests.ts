// Reads the manifest of a release from a host, and only once if several hosts have the same one.
import type { FileDigest, Host } from '../ports/ports.ts';
import { runScript } from '../step/on-every-host.ts';
import type { HostContext } from '../step/stage.ts';
import { sha256 } from './digest.ts';
import { parseManifest } from './manifest.ts';

/** Manifests by their sha256. */
const manifests = new Map<string, readonly FileDigest[]>();
const MOST = 20;

/** Manifests that are being read from a host right now, by their sha256. */
const reading = new Map<string, Promise<unknown>>();

export function rememberManifest(digest: string, files: readonly FileDigest[]): void {
  if (manifests.size >= MOST) manifests.clear();
  manifests.set(digest, files);
}

/** Returns the same array for equal digests, so that a caller can do its comparison once for all hosts. */
export async function readManifest(
  context: HostContext,
  host: Host,
  release: string,
  digest: string | undefined,
): Promise<readonly FileDigest[]> {
  if (digest === undefined) return readFromHost(context, host, release);
  const known = manifests.get(digest);
  if (known) return known;
  // If another host is sending the same manifest, wait for that host. If it fails, read the manifest from this host.
  const other = reading.get(digest);
  if (other) await other.catch(() => undefined);
  const since = other && manifests.get(digest);
  if (since) return since;
  const own = readFromHost(context, host, release);
  if (!other) reading.set(digest, own);
  try {
    return await own;
  } finally {
    if (reading.get(digest) === own) reading.delete(digest);
  }
}

async function readFromHost(
  context: HostContext,
  host: Host,
  release: string,
): Promise<readonly FileDigest[]> {
  const { stdout } = await runScript(context, host, 'read-manifest', { release });
  const files = parseManifest(stdout);
  rememberManifest(sha256(stdout), files);
  return files;
}
