import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const VIEWS = 'src/slack/views';

/** Blocks and buttons out of finished parts: whoever puts something in answers for it. */
const MATERIAL = new Set(['parts/blocks.ts', 'parts/rich-text.ts']);

/** What makes something for Slack says so in its return type. */
const PAYLOAD = /\b(?:PaintedView|Reply|Chart|\w*Blocks?|\w*View|Button|Suggestions)\b|\bblocks:/;

export interface Exported {
  file: string;
  name: string;
  /** The function, as the code has it. */
  made: unknown;
  /** As it stands in the source; undefined where it is left to be inferred. */
  returns: string | undefined;
}

/** Every function that a file of src/slack/views exports. */
export async function exportedFunctions(): Promise<Exported[]> {
  const files = readdirSync(VIEWS, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const found = await Promise.all(
    files.toSorted().map(async (file) => {
      const path = join(VIEWS, file);
      const text = readFileSync(path, 'utf8');
      const module: Record<string, unknown> = await import(pathToFileURL(path).href);
      return Object.entries(module)
        .filter(([, made]) => typeof made === 'function')
        .map(([name, made]) => ({ file, name, made, returns: returnType(text, name) }));
    }),
  );
  return found.flat();
}

/** What makes a message, a view, blocks or a button; a function that hides what it returns counts too. */
export function isView({ file, returns }: Pick<Exported, 'file' | 'returns'>): boolean {
  return !MATERIAL.has(file) && (returns === undefined || PAYLOAD.test(returns));
}

/** From the end of the parameters to the body. */
export function returnType(text: string, name: string): string | undefined {
  const begin = new RegExp(`export (?:async )?(?:function ${name}\\b|const ${name} =)`).exec(text);
  if (!begin) return undefined;
  let at = text.indexOf('(', begin.index);
  for (let depth = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')' && (depth -= 1) === 0) break;
  }
  return /^\)\s*:\s*([\s\S]+?)\s*(?:=>|\{\n)/.exec(text.slice(at))?.[1];
}
