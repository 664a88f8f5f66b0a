/** Marks what takes the focus again when its surroundings are painted anew. */
export const KEEP = 'data-keep';

/** Runs a repaint, and puts the focus back where it was, if that is still there by its mark. */
export function keepingFocus(parent: HTMLElement, repaint: () => void): void {
  const active = document.activeElement;
  const mark = parent.contains(active) ? active?.closest(`[${KEEP}]`)?.getAttribute(KEEP) : null;
  repaint();
  if (typeof mark !== 'string' || parent.contains(document.activeElement)) return;
  const again = parent.querySelector<HTMLElement>(`[${KEEP}="${CSS.escape(mark)}"]`);
  again?.focus({ preventScroll: true });
}
