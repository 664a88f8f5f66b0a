// Lists the names that a Python block binds.
import type { Statement } from './statements.ts';
import { effectsOf } from './effects.ts';

/** The names that a block binds, without those that functions and classes inside it bind. */
export function boundIn(body: readonly Statement[], names = new Set<string>()): Set<string> {
  for (const statement of body) {
    for (const clause of [statement, ...statement.clauses]) {
      for (const name of effectsOf(clause).binds) names.add(name);
      if (clause.word !== 'Def' && clause.word !== 'Class') boundIn(clause.body, names);
    }
  }
  return names;
}
