import { onEveryHost, runScript } from '../on-every-host.ts';
import type { Stage } from '../stage.ts';

/** Nobody deploys over a rollback before somebody has looked at why. */
export const lock: Stage = {
  name: 'lock',
  title: 'Environment locked',
  on: 'every-host',
  changes: true,
  timeoutMs: 60_000,
  async run(context) {
    const { deployment, ports, request, facts } = context;
    const release = request.kind === 'rollback' ? liveBefore(facts.hosts) : facts.release;
    if (release) {
      await onEveryHost(context, (host) =>
        runScript(context, host, 'verdict', { release, verdict: 'bad' }),
      );
    }
    const reason =
      deployment.rollback?.reason ?? `rolled back from ${release ?? 'its release'} by hand`;
    await ports.records.lock(
      { service: request.service, environment: request.environment },
      {
        reason,
        by:
          deployment.rollback?.by ??
          (request.kind === 'rollback' ? request.origin.user : 'argo-bot'),
        at: Date.now(),
      },
    );
    return { summary: 'until somebody says /argo unlock' };
  },
};

function liveBefore(
  hosts: Record<string, { liveRelease?: string | undefined }> | undefined,
): string | undefined {
  return Object.values(hosts ?? {})[0]?.liveRelease;
}
