// Splits Python files into tokens, with ruff.
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { readTokens } from './tokens/read-tokens.ts';
import type { Token } from './tokens/tokens.ts';

const workspace = new Workspace({ 'target-version': 'py314' }, PositionEncoding.Utf16);

/** The tokens that mean something to Python: without comments. */
export function tokensOf(source: string): Token[] {
  return readTokens(workspace.tokens(source), source).filter(
    ({ kind }) => kind !== 'Comment' && kind !== 'NonLogicalNewline',
  );
}

export function commentsIn(source: string): Token[] {
  return readTokens(workspace.tokens(source), source).filter(({ kind }) => kind === 'Comment');
}
