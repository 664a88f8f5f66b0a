import { isRecord, records } from '../model.ts';
import { homeBlock, modalBlock } from './layout.ts';
import { uniqueIds } from './payload.ts';
import { Report, boolean, byType, list, object, string } from './schema.ts';
import type { Fields } from './schema.ts';
import { plain } from './text.ts';

const MAX_BYTES = 250_000;

const shared: Fields = {
  private_metadata: string(3000),
  callback_id: string(255),
  external_id: string(255),
};

const modal = object(
  { title: plain(24), blocks: list(modalBlock, 1, 100) },
  {
    ...shared,
    submit: plain(24),
    close: plain(24),
    clear_on_close: boolean,
    notify_on_close: boolean,
    submit_disabled: boolean,
  },
);

const home = object({ blocks: list(homeBlock, 1, 100) }, shared);

/** What this view breaks on its surface, and what it comes near to. */
export function reportOnView(view: unknown, surface: 'modal' | 'home'): Report {
  const report = new Report();
  byType(surface === 'modal' ? { modal } : { home })(view, '/view', report);
  if (isRecord(view)) {
    uniqueIds(view.blocks, '/view/blocks', report);
    const inputs = records(view.blocks).some((block) => block.type === 'input');
    if (surface === 'modal' && inputs && view.submit === undefined)
      report.add('missing required field: submit', '/view/submit');
  }
  report.measure({ at: '/view', used: bytes(view), most: MAX_BYTES, unit: 'bytes' });
  return report;
}

/** Why Slack would refuse this view on this surface; undefined when it would not. */
export function refuseView(
  view: unknown,
  surface: 'modal' | 'home',
): { error: string; errors: string[] } | undefined {
  const { errors } = reportOnView(view, surface);
  if (errors.length > 0) return { error: 'invalid_arguments', errors };
  if (bytes(view) > MAX_BYTES) return { error: 'view_too_large', errors: [] };
  return undefined;
}

function bytes(view: unknown): number {
  return Buffer.byteLength(JSON.stringify(view) ?? '');
}
