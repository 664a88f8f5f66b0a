import type { View } from '../model.ts';
import { renderBlock } from './blocks.ts';
import { el } from './element.ts';
import { act } from './state.ts';
import { toast } from './toast.ts';

/** The app's Home tab. */
export function home(user: string, view: View | undefined): HTMLElement {
  const press = async (action: string, value: string | string[] | null) => {
    const outcome = await act('click', { user, view: view?.id, action, value });
    if (outcome.error !== undefined) toast(`The app did not answer: ${outcome.error}`);
  };
  const blocks = view?.blocks.map((block) => renderBlock(block, { owner: view.id, press }));
  return el(
    'div',
    { class: 'home', tabindex: 0, role: 'region', 'aria-label': 'Home tab' },
    el(
      'div',
      { class: 'body' },
      blocks ?? el('p', { class: 'quiet' }, 'Nothing published here yet.'),
    ),
  );
}
