// Predicts what the next deployment would do with one path of `config_locations`.
import type { Answer } from '../../deploy/ports/ports.ts';

/** Returns the step in which the deployment writes the config to `path`, or says why it does not. */
export function locationLine(path: string, examined: Answer): string {
  const own = (key: string): string | undefined =>
    examined
      .values(key)
      .find((line) => line.startsWith(`${path} `))
      ?.slice(path.length + 1);
  const refused = own('refused');
  if (refused !== undefined)
    return `a deployment is refused, since ${path} ${refused}: correct it, or take it out of config_locations`;
  const target = own('linked')?.split(' ').slice(0, -1).join(' ') ?? own('dangling');
  if (target !== undefined)
    return `after the approval: write the config to ${target}, which ${path} links to; the link stays`;
  const state = examined
    .values('location')
    .find((line) => line.endsWith(` ${path}`))
    ?.split(' ')[0];
  if (state === 'there')
    return `after the approval: write the config to ${path}, what it holds now is kept as ${path}.argo-previous`;
  return state === 'new'
    ? `after the approval: write the config to ${path}, which is not there yet`
    : `leave ${path} out: its folder does not exist`;
}
