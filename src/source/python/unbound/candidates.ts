// Decides which names of a Python function must be analysed, because a path may not assign them.
import { isScope, type Statement } from './statements.ts';
import { effectsOf } from './effects.ts';
import { suppresses } from './guards.ts';

/** Not the names that a simple statement of the body assigns first: ruff finds reads above it, and all paths pass it. */
export function candidatesIn(
  body: readonly Statement[],
  parameters: readonly string[],
): Set<string> {
  const found = { settled: new Set(parameters), candidates: new Set<string>() };
  collect(found, body, true);
  return found.candidates;
}

interface Found {
  settled: Set<string>;
  candidates: Set<string>;
}

function collect(found: Found, body: readonly Statement[], certain: boolean): void {
  for (const statement of body) {
    const suppressing = statement.word === 'With' && suppresses(statement);
    // The head of a statement always runs, but a `for` may have no items.
    recordNames(found, statement, certain && statement.word !== 'For');
    if (isScope(statement)) continue;
    collect(found, statement.body, certain && statement.word === 'With' && !suppressing);
    for (const clause of statement.clauses) {
      recordNames(found, clause, false);
      collect(found, clause.body, false);
    }
  }
}

function recordNames({ settled, candidates }: Found, clause: Statement, certain: boolean): void {
  const { binds, unbinds } = effectsOf(clause);
  for (const name of binds) {
    // Python deletes the name of an exception at the end of its handler.
    if (clause.word === 'Except') candidates.add(name);
    else if (settled.has(name)) continue;
    else if (certain) settled.add(name);
    else candidates.add(name);
  }
  for (const name of unbinds) candidates.add(name);
}
