import type { World } from '../world.ts';

/** How Slack rewrites a command's text when its manifest sets `should_escape`. */
export function escapeText(text: string, { store }: World): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replaceAll(/(?<!\w)([@#])([\w.-]+)/g, (whole, sign: string, name: string) => {
    const list: Iterable<{ id: string; name: string }> =
      sign === '@' ? store.users.values() : store.channels.values();
    const found = [...list].find((one) => one.name === name);
    return found ? `<${sign}${found.id}|${name}>` : whole;
  });
}
