import type { SlackFile } from '../model.ts';
import { el } from './element.ts';

const PREVIEW_BYTES = 100_000;
const PREVIEW_LINES = 12;

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A picture in its full size, over everything else. */
function enlarge(href: string, alt: string): void {
  const close = el('button', { class: 'close', type: 'button', 'aria-label': 'Close' }, '✕');
  const dialog = el('dialog', { class: 'modal large', 'aria-label': alt }, close);
  const end = () => dialog.remove();
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', end);
  dialog.append(el('img', { src: href, alt }));
  document.body.append(dialog);
  dialog.showModal();
}

function picture(href: string, alt: string): HTMLElement {
  const on = { click: () => enlarge(href, alt) };
  const label = `Enlarge: ${alt}`;
  return el(
    'button',
    { class: 'picture', type: 'button', 'aria-label': label, on },
    el('img', { src: href, alt: '' }),
  );
}

/** The first lines of a text, as Slack shows a snippet. */
function preview(href: string): HTMLElement {
  const pre = el('pre', { class: 'snippet', tabindex: 0, role: 'group', 'aria-label': 'Preview' });
  const read = async () => {
    const lines = (await (await fetch(href)).text()).trimEnd().split('\n');
    const more = lines.length - PREVIEW_LINES;
    const shown = more > 1 ? lines.slice(0, PREVIEW_LINES) : lines;
    pre.append(shown.join('\n'), more > 1 ? `\n… ${more} more lines` : '');
  };
  void read();
  return pre;
}

export function attachment(file: SlackFile): HTMLElement {
  const href = `/sandbox/files/${encodeURIComponent(file.id)}`;
  const isPicture = /^image\/(png|jpeg|gif|webp)$/.test(file.mimetype);
  const isText = file.mimetype.startsWith('text/') && file.size <= PREVIEW_BYTES;
  return el(
    'div',
    { class: 'file' },
    isPicture && picture(href, file.alt_txt ?? file.title),
    isText && preview(href),
    el(
      'a',
      { class: 'file-name', href, download: file.name },
      el('span', {}, file.title),
      el('span', { class: 'quiet' }, size(file.size)),
    ),
  );
}
