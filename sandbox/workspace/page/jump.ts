import { el } from './element.ts';
import { go, readLook } from './look.ts';
import { openHome } from './sidebar.ts';
import { snapshot } from './state.ts';

interface Goal {
  label: string;
  run: () => void;
}

function goals(): Goal[] {
  const { channels, users, identity, troubles } = snapshot();
  const look = readLook();
  const mine = channels.filter(
    ({ members, im }) => im === undefined && members.includes(look.user),
  );
  const others = users.filter(({ id }) => id !== identity.botUserId && id !== look.user);
  return [
    ...mine.map(({ id, name }) => ({
      label: `#${name}`,
      run: () => go({ channel: id, home: false, thread: undefined }),
    })),
    { label: `${identity.botName}: Home`, run: () => openHome(look) },
    ...others.map(({ id, name, real_name: real }) => ({
      label: `Be ${real ?? name}`,
      run: () => go({ user: id }),
    })),
    { label: 'What the bot sends', run: () => go({ panel: 'calls' }) },
    ...(troubles.length > 0
      ? [{ label: 'Break something', run: () => go({ panel: 'troubles' }) }]
      : []),
  ];
}

/** Type a few letters, Enter: there. */
export function openJump(): void {
  const all = goals();
  const list = el('ul', { class: 'goals', role: 'listbox', id: 'goals', 'aria-label': 'Goals' });
  const input = el('input', {
    type: 'text',
    role: 'combobox',
    'aria-label': 'Jump to',
    'aria-controls': 'goals',
    'aria-expanded': 'true',
    placeholder: 'Jump to a channel, a person, a panel …',
  });
  const hint = el('p', { class: 'quiet' }, 'F6 next pane · Esc closes · Ctrl+K jumps');
  const dialog = el('dialog', { class: 'modal jump', 'aria-label': 'Jump to' }, input, list, hint);
  let chosen = 0;
  let shown = all;
  const end = (goal?: Goal) => {
    dialog.close();
    dialog.remove();
    goal?.run();
  };
  const paint = () => {
    const wanted = input.value.trim().toLowerCase();
    shown = all.filter(({ label }) => label.toLowerCase().includes(wanted));
    chosen = Math.max(0, Math.min(chosen, shown.length - 1));
    list.replaceChildren(
      ...shown.map((goal, index) =>
        el(
          'li',
          {
            role: 'option',
            id: `goal-${index}`,
            'aria-selected': String(index === chosen),
            on: { click: () => end(goal) },
          },
          goal.label,
        ),
      ),
    );
    input.setAttribute('aria-activedescendant', `goal-${chosen}`);
  };
  input.addEventListener('input', () => {
    chosen = 0;
    paint();
  });
  input.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Enter') end(shown[chosen]);
    if (step === 0) return;
    event.preventDefault();
    chosen += step;
    paint();
  });
  dialog.addEventListener('cancel', () => end());
  paint();
  document.body.append(dialog);
  dialog.showModal();
}
