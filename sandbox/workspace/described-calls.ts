import { Args } from './api/args.ts';
import { METADATA_BYTES, POSTED_TEXT, UPDATED_TEXT } from './api/content.ts';
import { reportOnMessage } from './blocks/message.ts';
import { characters } from './blocks/payload.ts';
import { Report } from './blocks/schema.ts';
import { reportOnView } from './blocks/view.ts';
import { isRecord, records, stringOf } from './model.ts';
import type { ApiCall, DescribedCall, Json, Measure } from './model.ts';

const known = new WeakMap<ApiCall, DescribedCall>();

/** A call never changes once it is written down, so it is looked at once. */
export function describeCall(call: ApiCall): DescribedCall {
  const found = known.get(call) ?? describe(call);
  known.set(call, found);
  return found;
}

function describe({ args: raw, ...call }: ApiCall): DescribedCall {
  const args = structured(raw);
  const view = isRecord(args.view) ? args.view : undefined;
  const blocks = records(view ? view.blocks : args.blocks);
  return {
    ...call,
    channel: stringOf(args.channel ?? args.channel_id),
    user: stringOf(args.user ?? args.user_id),
    about: firstWords(view?.title ?? blocks) || stringOf(args.text ?? args.filename),
    blocks: blocks.length,
    characters: blocks.length > 0 ? characters(blocks) : stringOf(args.text).length,
    near: nearLimits(call.method, args, view),
  };
}

/** In a form, structures travel as JSON text. */
export function structured(raw: Json): Json {
  const args = new Args(raw);
  const parsed = ['blocks', 'view', 'metadata'].map((name) => {
    try {
      return [name, args.structure(name)];
    } catch {
      return [name, undefined];
    }
  });
  return { ...raw, ...Object.fromEntries(parsed) };
}

function nearLimits(method: string, args: Json, view: Json | undefined): Measure[] {
  if (view) return reportOnView(view, method === 'views.publish' ? 'home' : 'modal').near;
  const report = args.blocks === undefined ? new Report() : reportOnMessage(args.blocks);
  const most = method === 'chat.update' ? UPDATED_TEXT : POSTED_TEXT;
  report.measure({ at: '/text', used: stringOf(args.text).length, most, unit: 'characters' });
  if (args.metadata !== undefined) {
    const used = Buffer.byteLength(JSON.stringify(args.metadata));
    report.measure({ at: '/metadata', used, most: METADATA_BYTES, unit: 'bytes' });
  }
  return report.near;
}

const LONG = 120;

function firstWords(value: unknown): string {
  if (Array.isArray(value)) {
    for (const one of value) {
      const words = firstWords(one);
      if (words !== '') return words;
    }
    return '';
  }
  if (!isRecord(value)) return '';
  const text = value.text ?? value.title;
  if (typeof text === 'string') return text.slice(0, LONG);
  return firstWords(text ?? value.elements ?? value.fields);
}
