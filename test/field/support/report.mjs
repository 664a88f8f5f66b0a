// Prints one line per kind of fault for `npm run field`. JavaScript, because jest loads reporters as they are.
import { basename } from 'node:path';

const WIDTHS = [48, 7, 7, 7];

function row(cells) {
  return cells.map((cell, column) => String(cell).padEnd(WIDTHS[column] ?? 0)).join(' ');
}

/** `07-placeholder-content.test.ts` → `07 placeholder content`. */
function kindOf(path) {
  return basename(path, '.test.ts').replaceAll('-', ' ');
}

function write(line) {
  process.stdout.write(`${line}\n`);
}

/** A suite that cannot be loaded has no tests; it counts as one failure. */
export default class FieldReport {
  kinds = [];

  onTestFileResult(_test, { testFilePath, testResults, testExecError, perfStats }) {
    const having = (status) => testResults.filter((result) => result.status === status);
    this.kinds.push({
      kind: kindOf(testFilePath),
      passed: having('passed').length,
      failed: having('failed').length + (testExecError ? 1 : 0),
      seconds: ((perfStats.end - perfStats.start) / 1_000).toFixed(1),
      failures: [
        ...having('failed').map(({ fullName, failureMessages }) => ({ fullName, failureMessages })),
        ...(testExecError
          ? [{ fullName: 'cannot be loaded', failureMessages: [testExecError.message] }]
          : []),
      ],
    });
  }

  onRunComplete() {
    write(row(['kind', 'passed', 'failed', 's']));
    const kinds = this.kinds.toSorted((a, b) => a.kind.localeCompare(b.kind, 'en'));
    for (const { kind, passed, failed, seconds, failures } of kinds) {
      write(row([kind, passed, failed, seconds]));
      for (const { fullName, failureMessages } of failures) {
        write(`  FAILED ${fullName}\n    ${failureMessages.join('\n').replaceAll('\n', '\n    ')}`);
      }
    }
    const sum = (key) => kinds.reduce((total, kind) => total + kind[key], 0);
    write(`${sum('passed')} passed, ${sum('failed')} failed`);
  }
}
