import { isRecord } from '../model.ts';
import { el } from './element.ts';
import { textObject, wording } from './text-object.ts';

/** Asks what the app wants asked first; true at once when it wants nothing asked. */
export function confirmed(question: unknown): Promise<boolean> {
  if (!isRecord(question)) return Promise.resolve(true);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const close = (answer: boolean) => () => {
    dialog.close();
    dialog.remove();
    resolve(answer);
  };
  const style = question.style === 'danger' ? 'danger' : 'primary';
  const dialog = el(
    'dialog',
    { class: 'modal confirm', on: { cancel: close(false) } },
    el('h2', {}, wording(question.title)),
    el('div', { class: 'modal-body' }, textObject(question.text)),
    el(
      'footer',
      {},
      el('button', { class: 'button', on: { click: close(false) } }, wording(question.deny)),
      el(
        'button',
        { class: `button ${style}`, on: { click: close(true) } },
        wording(question.confirm),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return promise;
}
