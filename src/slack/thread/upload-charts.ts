// Uploads the charts of a watch into the thread, each once.
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { ThreadContext, PaintResult } from './thread-context.ts';
import { png } from './chart-to-png.ts';
import { uploadFile } from './upload-file.ts';
import { chartsOf } from '../views/chart/charts.ts';

export async function uploadCharts(
  thread: ThreadContext,
  d: Deployment,
  target: Target | undefined,
  threadTs: string,
): Promise<PaintResult> {
  for (const { key, title, alt, svg } of chartsOf(d, target)) {
    const file = { key, name: `${d.id}-${key}.png`, title, alt };
    const result = await uploadFile(thread, threadTs, file, () => png(svg()));
    if (result.kind !== 'painted') return result;
  }
  return { kind: 'painted' };
}
