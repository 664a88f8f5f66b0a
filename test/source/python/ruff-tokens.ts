import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';

export interface RuffToken {
  kind: string;
  text: string;
}

const LINE = /^ {4}(\w+) (\d+)\.\.(\d+)/gm;
const SPACE = new Set(['Comment', 'NonLogicalNewline']);

const workspace = new Workspace({ 'target-version': 'py314' }, PositionEncoding.Utf16);

/** What ruff's own lexer makes of a file: its offsets are bytes of UTF-8. */
export function ruffTokens(source: string): RuffToken[] {
  const bytes = Buffer.from(source);
  return [...workspace.tokens(source).matchAll(LINE)]
    .map(([, kind = '', from, to]) => ({
      kind,
      text: bytes.toString('utf8', Number(from), Number(to)),
    }))
    .filter(({ kind }) => !SPACE.has(kind));
}
