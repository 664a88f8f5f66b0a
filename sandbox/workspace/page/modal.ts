import type { Json, View } from '../model.ts';
import { renderBlock } from './blocks.ts';
import { el } from './element.ts';
import { field } from './form.ts';
import type { Field } from './form.ts';
import { act } from './state.ts';
import { toast } from './toast.ts';
import { wording } from './text-object.ts';

interface Shown {
  key: string;
  view: View;
  fields: Field[];
  dialog: HTMLDialogElement;
}

let shown: Shown | undefined;

/** A field that an update leaves as it was keeps what was filled in, as in Slack. */
function kept(view: View, block: Json): Field | undefined {
  if (shown?.view.id !== view.id) return undefined;
  const before = shown.view.blocks.find(({ block_id: id }) => id === block.block_id);
  if (JSON.stringify(before) !== JSON.stringify(block)) return undefined;
  return shown.fields.find(({ blockId }) => blockId === block.block_id);
}

function close(): void {
  shown?.dialog.close();
  shown?.dialog.remove();
  shown = undefined;
}

async function submit(user: string, view: View, fields: Field[]): Promise<void> {
  const values = Object.fromEntries(fields.map((one) => [one.blockId, one.value()]));
  const outcome = await act('submit', { user, view: view.id, values });
  for (const one of fields) one.fail(outcome.errors?.[one.blockId]);
  if (outcome.error !== undefined) toast(`We had some trouble connecting: ${outcome.error}`);
}

interface Parts {
  body: HTMLElement[];
  fields: Field[];
}

function parts(user: string, view: View): Parts {
  const press = async (action: string, value: string | string[] | null) => {
    const outcome = await act('click', { user, view: view.id, action, value });
    if (outcome.error !== undefined) toast(`The app did not answer: ${outcome.error}`);
  };
  const fields: Field[] = [];
  const body = view.blocks.map((block) => {
    if (block.type !== 'input') return renderBlock(block, { owner: view.id, press });
    const made = kept(view, block) ?? field(view, block, user, press);
    fields.push(made);
    return made.node;
  });
  return { body, fields };
}

function frame(view: View, body: HTMLElement[], cancel: () => void): HTMLFormElement {
  const on = { click: cancel };
  return el(
    'form',
    { method: 'dialog', novalidate: true },
    el(
      'header',
      {},
      el('h2', {}, wording(view.title)),
      el('button', { type: 'button', class: 'close', 'aria-label': 'Close', on }, '✕'),
    ),
    el('div', { class: 'modal-body' }, body),
    el(
      'footer',
      {},
      el('button', { type: 'button', class: 'button', on }, wording(view.close) || 'Cancel'),
      view.submit !== null && el('button', { class: 'button primary' }, wording(view.submit)),
    ),
  );
}

function build(user: string, view: View): Pick<Shown, 'dialog' | 'fields'> {
  const { body, fields } = parts(user, view);
  const cancel = () => void act('cancel', { user, view: view.id });
  const label = wording(view.title);
  const dialog = el('dialog', { class: 'modal', 'aria-label': label }, frame(view, body, cancel));
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    cancel();
  });
  dialog.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit(user, view, fields);
  });
  return { dialog, fields };
}

/** Shows the topmost modal. What was typed stays as long as the app does not change the view. */
export function paintModal(user: string, view: View | undefined): void {
  const key = view ? `${user} ${view.id} ${view.hash}` : '';
  if (shown?.key === key) return;
  const active = document.activeElement;
  const built = view && build(user, view);
  close();
  if (!view || !built) return;
  document.body.append(built.dialog);
  built.dialog.showModal();
  const first = built.dialog.querySelector('.modal-body :is(input, select, textarea)');
  // After an update one goes on where one was.
  const next = built.dialog.contains(active) ? active : first;
  if (next instanceof HTMLElement) next.focus();
  shown = { key, view, ...built };
}
