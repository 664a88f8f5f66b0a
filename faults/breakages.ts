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

/** As above, for what takes more than files to write: links, odd names, submodules. */
export function commitsBy(act: (world: World) => Promise<void>): Breakage {
  return async (world) => {
    const { repository } = world.scene;
    await act(world);
    await repository.git('commit', '--quiet', '--message', 'Add what was asked for');
    return () => revertLast(world.scene);
  };
}

async function revertLast({ repository }: World['scene']): Promise<void> {
  await repository.git('revert', '--no-edit', 'HEAD');
}

/** Something on the host, and the way back. */
export function onHost(script: string, undo: string): Breakage {
  return async (world) => {
    await world.onHost(script);
    return async () => void (await world.onHost(undo));
  };
}

/** A mistake in argo.yml itself. */
export function declares(changes: Changes): Breakage {
  return (world) => world.configure(changes);
}

/** Behaviours that the engine of the sandbox can be told to have; see its behaviour.py. */
export function behaves(behaviour: Record<string, string | number>): Breakage {
  return commits({
    message: 'Compute signals another way',
    files: { 'behaviour.json': JSON.stringify(behaviour) },
  });
}
