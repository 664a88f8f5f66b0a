// Decides which Python version the checks assume, by .python-version or pyproject.toml.
import type { FileReader } from '../../deploy/ports/ports.ts';

/** The version that is assumed if the service declares none. */
const USUAL = '3.13';
/** The versions 3.x that ruff knows. */
const KNOWN = { from: 7, to: 14 };

const MOST_BYTES = 1_000_000;

/** The oldest Python version that the service declares, such as `3.11`. */
export async function declaredVersion(tree: FileReader): Promise<string> {
  const read = async (name: string): Promise<string> => {
    const found = await tree.read(name, MOST_BYTES);
    return found.kind === 'file' ? found.content.toString('utf8') : '';
  };
  const pinned = /^(?:python-)?3\.(\d+)/.exec((await read('.python-version')).trim());
  const asked = /^\s*requires-python\s*=\s*["'][^"']*?(?:>=|~=|==)\s*3\.(\d+)/m;
  const minor = (pinned ?? asked.exec(await read('pyproject.toml')))?.[1];
  return minor === undefined ? USUAL : `3.${Number(minor)}`;
}

/** Ruff's name of a version: `3.11` → `py311`, limited to versions that ruff knows. */
export function rulesFor(version: string): string {
  const minor = Number(version.slice(2));
  return `py3${Math.min(Math.max(minor, KNOWN.from), KNOWN.to)}`;
}
