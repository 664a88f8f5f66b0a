import type { SlackFile } from '../model.ts';
import { el } from './element.ts';

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function attachment(file: SlackFile): HTMLElement {
  const href = `/sandbox/files/${encodeURIComponent(file.id)}`;
  const picture = /^image\/(png|jpeg|gif|webp)$/.test(file.mimetype);
  return el(
    'div',
    { class: 'file' },
    picture &&
      el(
        'a',
        { href, target: '_blank' },
        el('img', { src: href, alt: file.alt_txt ?? file.title }),
      ),
    el(
      'a',
      { class: 'file-name', href, download: file.name },
      el('span', {}, file.title),
      el('span', { class: 'quiet' }, size(file.size)),
    ),
  );
}
