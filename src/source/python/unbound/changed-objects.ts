// Lists the objects that a Python statement changes without assigning a name.
import { UPDATE } from './effects.ts';
import { type Statement, within } from './statements.ts';
import { closing, outside, type Token } from '../tokens/tokens.ts';

/**
 * The changed objects: `errors` of `errors.append(error)`, `errors["a"] = 1` and `add_error(errors, error)`;
 * `self.failed` of `self.failed = True`. A later test of such an object tells which branch ran.
 */
export function changesOf(statement: Statement): ReadonlySet<string> {
  if (statement.changes) return statement.changes;
  const found = new Set<string>();
  for (const { simple, head } of within([statement])) if (simple) note(head, found);
  return (statement.changes = found);
}

/** Functions that only write output, which no later test asks about. */
const LOGS =
  /^(?:print|debug|info|warning|warn|error|exception|critical|log|write|flush|log_\w+|logger\w*)$/;

function note(head: readonly Token[], found: Set<string>): void {
  const [equal = outside(head, UPDATE)[0]] = outside(head, 'Equal');
  if (equal === undefined) noteCall(head, found);
  else noteTarget(head.slice(0, equal), found);
}

function noteTarget(target: readonly Token[], found: Set<string>): void {
  const { words, next } = dotted(target, 0);
  const whole = words.join('.');
  if (words.length > 1) found.add(whole);
  else if (target[next]?.kind === 'Lsqb' && whole !== '') found.add(whole);
}

function noteCall(head: readonly Token[], found: Set<string>): void {
  const from = head[0]?.kind === 'Await' ? 1 : 0;
  const { words, next } = dotted(head, from);
  const name = words.at(-1) ?? '';
  // `errors[key].append(error)` changes `errors`.
  if (head[next]?.kind === 'Lsqb' && words.length > 0) found.add(words.join('.'));
  if (head[next]?.kind !== 'Lpar' || LOGS.test(name)) return;
  const receiver = words.slice(0, -1).join('.');
  if (receiver !== '' && receiver !== 'self' && receiver !== 'cls') found.add(receiver);
  const end = closing(head, next);
  // `a(b).c(d)` changes the result of `a`, not `b`.
  if (end !== head.length - 1) return;
  for (const argument of argumentsOf(head.slice(next + 1, end))) found.add(argument);
}

function dotted(tokens: readonly Token[], from: number): { words: string[]; next: number } {
  const words: string[] = [];
  let at = from;
  while (tokens[at]?.name !== undefined) {
    words.push(tokens[at]?.name ?? '');
    at += 1;
    if (tokens[at]?.kind !== 'Dot') break;
    at += 1;
  }
  return { words, next: at };
}

/** The arguments of a call that are plain names. */
function argumentsOf(inside: readonly Token[]): string[] {
  return inside.flatMap(({ name }, at) => {
    const [before, after] = [inside[at - 1]?.kind ?? 'Comma', inside[at + 1]?.kind ?? 'Comma'];
    return name !== undefined && before === 'Comma' && after === 'Comma' ? [name] : [];
  });
}
