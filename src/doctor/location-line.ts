import type { Answer } from '../deploy/ports.ts';

/** What becomes of one further place that must hold the same config. */
export function locationLine(path: string, examined: Answer): string {
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
