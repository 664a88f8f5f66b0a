import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const filesPerFolder = 60;
const bytesPerFile = 10_300;

/** Modules that nothing imports, as large as real ones: 3,000 of them are about 31 MB. */
export function padTree(dir: string, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const folder = join(dir, 'argo/library', `part_${Math.floor(index / filesPerFolder)}`);
    if (index % filesPerFolder === 0) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, '__init__.py'), '');
    }
    writeFileSync(join(folder, `module_${index}.py`), moduleText(index));
  }
}

/** Every line differs a little, so that compression has as much to do as with real code. */
function moduleText(index: number): string {
  let text = `"""Module ${index} of the library."""\n\n`;
  for (let line = 0; text.length < bytesPerFile; line += 1) {
    const mixed = Math.imul(index * 7919 + line, 0x9e3779b1) >>> 0;
    text += `def factor_${line}(price, volume=${mixed % 1000}):\n`;
    text += `    return price * ${mixed} + volume * 0x${mixed.toString(16)}\n\n\n`;
  }
  return text;
}
