// Implements the stage that uploads the files that a host does not have yet.
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { requireFact } from '../record/facts.ts';
import { StageFailed } from '../record/errors.ts';
import { fileChanges, type SinceLive } from '../release/changes.ts';
import { diffManifests } from '../release/manifest.ts';
import { onEveryHost, runScript } from '../step/on-every-host.ts';
import { readManifest } from '../release/known-manifests.ts';
import { type ReleaseContents, releaseContents } from '../release/release-contents.ts';
import type { FileDiff, FileDigest, Host } from '../ports/ports.ts';
import type { Stage, StageContext } from '../step/stage.ts';

export const upload: Stage = {
  async run(context) {
    const contents = await releaseContents(context);
    const missingAfter = shareMissing(contents);
    const sent = await onEveryHost(context, (host) =>
      uploadTo(context, host, contents, missingAfter),
    );
    const results = Object.values(sent);
    const most = Math.max(...results.map(({ files }) => files));
    return {
      summary: `${contents.files.length.toLocaleString('en-US')} files, ${most.toLocaleString('en-US')} sent`,
      facts: { manifest: contents.digest, ...fileChanges(sent) },
    };
  },
};

/** The files of the release that a host lacks. Hosts with the same live files share one object. */
interface Missing {
  diff: FileDiff;
  paths: ReadonlySet<string>;
  /** The missing files, packed once for all hosts that lack them; undefined if they need too much memory. */
  packed: Promise<Buffer> | undefined;
}

type MissingAfter = (live: readonly FileDigest[]) => Missing;

/** Finds and packs the missing files once for all hosts with the same live files: usually all of an environment. */
function shareMissing(contents: ReleaseContents): MissingAfter {
  const known = new Map<readonly FileDigest[], Missing>();
  return (live) => {
    const found = known.get(live);
    if (found) return found;
    const diff = diffManifests(live, contents.files);
    const paths = new Set([...diff.added, ...diff.changed]);
    const missing = { diff, paths, packed: pack(contents, paths) };
    // Prevents an unhandled rejection. Each host that awaits `packed` still gets the error.
    missing.packed?.catch(() => undefined);
    known.set(live, missing);
    return missing;
  };
}

/** Larger payloads are streamed, to save memory. A host that gets a stream cannot run the next scripts in advance. */
const MOST_IN_MEMORY = 4 * 1_048_576;

function pack(contents: ReleaseContents, paths: ReadonlySet<string>): Promise<Buffer> | undefined {
  return contents.bytesOf(paths) > MOST_IN_MEMORY ? undefined : buffer(contents.pack(paths));
}

const nothing: readonly FileDigest[] = [];

interface Sent extends SinceLive {
  files: number;
}

async function uploadTo(
  context: StageContext,
  host: Host,
  contents: ReleaseContents,
  missingAfter: MissingAfter,
): Promise<Sent> {
  const release = requireFact(context.facts, 'release');
  const found = requireFact(context.facts, 'hosts')[host.name];
  const live = found?.liveManifest ? found.liveRelease : undefined;
  refuseWithoutSpace(context, host, live);
  const before = live ? await readManifest(context, host, live, found?.liveManifest) : nothing;
  const { diff, paths, packed } = missingAfter(before);
  const send = async (from: string, files: Promise<Buffer> | Readable) => {
    const parameters = { release, base: from, manifest: contents.digest };
    const [payload, ahead] = await Promise.all([files, context.ahead?.(host)]);
    return runScript(context, host, 'upload', parameters, { payload, ahead });
  };
  const other = new Set((await send(live ?? '', packed ?? contents.pack(paths))).values('mode'));
  // Unchanged files are hard links to the live release's files, so those that need another mode are sent, too.
  const still =
    other.size > 0
      ? (await send('resend', pack(contents, other) ?? contents.pack(other))).values('mode')
      : [];
  if (still.length > 0) throw modesDifferFailure(host, still);
  return {
    files: paths.size + other.size,
    from: live,
    diff: { ...diff, changed: [...new Set([...diff.changed, ...other])] },
  };
}

/** A full disk would also stop the live release. Fails with StageFailed `no-room`. */
function refuseWithoutSpace(
  { target, facts }: StageContext,
  host: Host,
  live: string | undefined,
): void {
  const { min_free_mb } = target.settings;
  const free = requireFact(facts, 'hosts')[host.name]?.freeMb ?? 0;
  // Unchanged files are hard links to the live release's files and need no space.
  const needed = live ? 0 : Math.ceil((facts.fileBytes ?? 0) / 1_048_576);
  if (free >= min_free_mb + needed) return;
  const { root } = target.place;
  throw new StageFailed(
    `${host.name} has ${free} MB free under ${root}${needed > 0 ? `. The release needs ${needed} MB` : ''}, and ${min_free_mb} MB must stay free (min_free_mb)`,
    {
      code: 'no-room',
      host: host.name,
      next: `on ${host.name}, \`sudo du -xhd1 ${root}\` shows what uses the space. Delete what nobody needs, then \`/argo retry\`.`,
    },
  );
}

function modesDifferFailure(host: Host, paths: string[]): StageFailed {
  return new StageFailed(
    `${paths.length} files do not keep their mode on ${host.name}: ${paths.slice(0, 5).join(', ')}`,
    {
      code: 'modes-differ',
      host: host.name,
      next: 'check how the file system is mounted there (`findmnt`): it must keep permissions.',
    },
  );
}
