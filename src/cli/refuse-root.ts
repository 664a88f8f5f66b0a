// Decides whether root may start a part: not in the data folder of another user.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Misconfigured } from '../deploy/record/errors.ts';

/** Fails with Misconfigured if this process is root's and ARGO_DATA belongs to another user. Must run before any write. */
export function refuseRoot(command: string, environment: NodeJS.ProcessEnv): void {
  const folder = resolve(environment['ARGO_DATA'] || '.data');
  const owner = otherOwner(folder);
  if (owner === undefined) return;
  const { name, home } = owner;
  throw new Misconfigured(
    `${folder} belongs to the user ${name}. root must not start argo-bot there: ${name} could not write the files that root makes.`,
    {
      code: 'data-folder',
      next: `Start the service: systemctl start argo-bot. Or type: runuser -u ${name} -- env HOME=${home} npm run argo-bot -- ${command}`,
    },
  );
}

/** Returns the folder's owner if root runs this process and the owner is another user who is in /etc/passwd. */
export function otherOwner(folder: string): { name: string; home: string } | undefined {
  const uid = statSync(folder, { throwIfNoEntry: false })?.uid ?? 0;
  if (process.getuid?.() !== 0 || uid === 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const fields = lines.map((line) => line.split(':')).find(([, , id]) => id === String(uid));
  return fields && { name: fields[0] ?? '', home: fields[5] ?? '' };
}
