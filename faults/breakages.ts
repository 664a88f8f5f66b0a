import { type Commit, commit } from '../sandbox/engine/repository.ts';
import type { Breakage, Changes } from './fault.ts';
import type { World } from './world.ts';

/** A commit that is bad; mended as teams do it, by a commit that takes it back. */
export function commits(change: Commit): Breakage {
  return async ({ scene }) => {
    await commit(scene.repository, change);
    return () => revertLast(scene);
  };
}

/** One edit of one file, committed. */
export function edits(path: string, find: string, replace: string): Breakage {
  return commits({ message: 'Change what was asked for', edits: [{ path, find, replace }] });
}

/** For what takes more than files to write: links, odd names, submodules. Whatever it did is committed. */
export function commitsBy(act: (world: World) => Promise<unknown>): Breakage {
  return async (world) => {
    await act(world);
    await world.scene.repository.git('commit', '--quiet', '--message', 'Add what was asked for');
    return () => revertLast(world.scene);
  };
}

async function revertLast({ repository }: World['scene']): Promise<void> {
  await repository.git('revert', '--no-edit', 'HEAD');
}

/** Behaviours that the engine of the sandbox can be told to have; see its behaviour.py. */
export function behaves(behaviour: Record<string, string | number>): Breakage {
  const files = { 'behaviour.json': JSON.stringify(behaviour) };
  return commits({ message: 'Compute signals another way', files });
}

/** Something on the host, and the way back. `$live` and `$idle` are its slots. */
export function onHost(script: string, undo: string): Breakage {
  return async (world) => {
    // What was live when it was broken is what has to be mended.
    await world.onHost(`${slots}\necho "live=$live idle=$idle" >/root/slots\n${script}`);
    return async () => void (await world.onHost(`. /root/slots\n${undo}`));
  };
}

/** A file of the host that is edited; put back as it was, and whoever reads it told so. */
export function spoils(path: string, script: string, after = ':'): Breakage {
  const kept = '/root/kept-by-the-campaign';
  return onHost(
    `cp -a '${path}' ${kept}\n${script}\n${after}`,
    `mv -T ${kept} '${path}'\n${after}`,
  );
}

/** For a script that is sent to the host: what is live, and what is not. */
export const slots = `live=$(cat /opt/argo-trading/.current_color)
case $live in blue) idle=green ;; *) idle=blue ;; esac`;

/** A mistake in argo.yml itself. */
export function declares(
  changes: Changes | ((world: World) => Changes | Promise<Changes>),
): Breakage {
  return async (world) =>
    world.configure(typeof changes === 'function' ? await changes(world) : changes);
}

/** Nothing is broken beforehand: it happens while people wait, or in what they type. */
export function nothingYet(undo = ':'): Breakage {
  return onHost(':', undo);
}
