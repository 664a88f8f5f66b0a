import type { DescribedCall, Measure } from '../model.ts';
import { el } from './element.ts';
import { figures } from './figures.ts';
import { KEEP } from './keep-focus.ts';
import { channelName, plainText } from './mrkdwn.ts';
import { snapshot, userName } from './state.ts';

const MINUTE_MS = 60_000;
/** Within which Slack wants an answer. */
const ACK_MS = 3_000;

/** Opened calls stay open while others arrive above them. */
const opened = new Map<number, string>();

function near({ at, used, most, unit }: Measure): HTMLElement {
  const full = Math.floor((used / most) * 100);
  return el(
    'li',
    { class: 'near' },
    `${full} % of a limit: ${used.toLocaleString()} of ${most.toLocaleString()} ${unit} in `,
    el('code', {}, at),
  );
}

async function payload(id: number): Promise<string> {
  const response = await fetch(`/sandbox/calls/${id}`);
  return JSON.stringify(await response.json(), null, 2);
}

function whereTo({ channel, user }: DescribedCall): string {
  const known = snapshot().channels.some(({ id }) => id === channel);
  const place = known ? `#${channelName(channel)}` : '';
  const eyes = user === '' ? '' : `for ${userName(user)}`;
  return [place, eyes].filter((part) => part !== '').join(' ');
}

function row(call: DescribedCall): HTMLElement {
  const { id, at, method, ok, error, about, blocks, characters: length } = call;
  const pre = el(
    'pre',
    { tabindex: 0, role: 'group', 'aria-label': `Payload of ${method}` },
    opened.get(id) ?? '',
  );
  const size = [
    blocks > 0 && (blocks === 1 ? '1 block' : `${blocks} blocks`),
    length > 0 && `${length.toLocaleString()} characters`,
  ];
  const details = el(
    'details',
    { class: ok ? 'call' : 'call refused', open: opened.has(id) },
    el(
      'summary',
      { [KEEP]: `call-${id}` },
      el('code', { class: 'method' }, method),
      el('time', { class: 'quiet' }, new Date(at).toLocaleTimeString()),
      !ok && el('span', { class: 'refusal' }, error ?? 'refused'),
      call.near.length > 0 && el('span', { class: 'tight' }, `${call.near.length} near a limit`),
      el('span', { class: 'about' }, plainText(about.replaceAll(/[*`]/g, ''))),
      el('span', { class: 'quiet' }, [whereTo(call), ...size].filter(Boolean).join(' · ')),
    ),
    call.near.length > 0 && el('ul', { class: 'nears' }, call.near.map(near)),
    pre,
  );
  details.addEventListener('toggle', () => {
    if (!details.open) opened.delete(id);
    else if (!opened.has(id))
      void payload(id).then((text) => {
        opened.set(id, text);
        return pre.replaceChildren(text);
      });
  });
  return el('li', { 'data-call': id }, details);
}

function lastMinute(calls: DescribedCall[]): HTMLElement {
  const since = Date.now() - MINUTE_MS;
  const recent = calls.filter(({ at }) => at > since);
  const limited = recent.filter(({ error }) => error === 'ratelimited').length;
  const slowest = Math.max(0, ...snapshot().acks.map(({ latencyMs }) => latencyMs ?? 0));
  return figures([
    { label: 'Calls in the last minute', value: String(recent.length), well: true },
    { label: 'Told to wait (429)', value: String(limited), well: limited === 0 },
    { label: 'Slowest acknowledgement', value: `${slowest} ms`, well: slowest < ACK_MS },
  ]);
}

const rows = new Map<number, HTMLElement>();
const list = el('ul', { class: 'calls' });
let onlyTight = false;

function filter(): HTMLElement {
  const box = el('input', { type: 'checkbox', checked: onlyTight });
  box.addEventListener('change', () => {
    onlyTight = box.checked;
    fill();
  });
  box.setAttribute(KEEP, 'filter');
  return el('label', { class: 'filter' }, box, 'Only what was refused or came near a limit');
}

/** Newest first; rows that stand stay, so that reading one is not disturbed. */
function fill(): void {
  const wanted = snapshot()
    .calls.filter(({ ok, near: tight }) => !onlyTight || !ok || tight.length > 0)
    .toReversed();
  const keep = new Set(wanted.map(({ id }) => id));
  for (const [id, node] of rows)
    if (!keep.has(id)) {
      node.remove();
      rows.delete(id);
    }
  let place = list.firstElementChild;
  for (const call of wanted) {
    const known = rows.get(call.id);
    if (known && known === place) place = place.nextElementSibling;
    else {
      const node = known ?? row(call);
      rows.set(call.id, node);
      list.insertBefore(node, place);
    }
  }
}

/** What the bot asks of Slack, live. */
export function sentCalls(): HTMLElement[] {
  fill();
  return [lastMinute(snapshot().calls), filter(), list];
}
