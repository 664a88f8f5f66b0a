// Finds names that a Python file adds to the builtins of all other files.

/**
 * Names of `builtins.T = …`, `setattr(builtins, "T", …)`, `builtins.__dict__.update(T=…)` and
 * `gettext.install(…)`. It cannot see names that are computed; `[tool.ruff] builtins` can declare them.
 */
export function addedBuiltins(source: string): string[] {
  const modules = ['builtins', '__builtins__', '__builtin__', ...aliases(source)];
  const module = `(?:${modules.join('|')}|sys\\.modules\\[["'](?:builtins|__builtin__)["']\\])`;
  const space = `(?:${module}\\.__dict__|vars\\(\\s*${module}\\s*\\)|__builtins__)`;
  const found = [
    ...matches(source, `(?<![\\w.])${module}\\.(\\w+)\\s*(?::[^=\\n]+)?=(?!=)`),
    ...matches(source, `(?<![\\w.])${space}\\[\\s*["'](\\w+)["']\\s*\\]\\s*(?::[^=\\n]+)?=(?!=)`),
    ...matches(source, `(?<![\\w.])${space}\\.(?:setdefault|__setitem__)\\(\\s*["'](\\w+)["']`),
    ...matches(source, `(?<!\\w)(?:__)?setattr(?:__)?\\(\\s*${module}\\s*,\\s*["'](\\w+)["']`),
    ...updated(source, `(?<![\\w.])${space}\\.update\\(`),
    ...looped(source, module, space),
    ...translated(source),
  ];
  return [...new Set(found)].filter((name) => name !== '__dict__');
}

/** `import builtins as b`, `from six.moves import builtins as b`. */
function aliases(source: string): string[] {
  return matches(source, '\\bimport[^\\n]{0,200}?\\b(?:builtins|__builtin__)\\s+as\\s+(\\w+)');
}

function matches(source: string, pattern: string): string[] {
  return [...source.matchAll(new RegExp(pattern, 'g'))].flatMap(([, name]) => name ?? []);
}

/** Characters of a call that are read. */
const CALL = 4_000;

/** The keys and keywords of `update({"T": …}, N=…)`. */
function updated(source: string, pattern: string): string[] {
  return [...source.matchAll(new RegExp(pattern, 'g'))].flatMap((match) => {
    const from = match.index + match[0].length;
    const call = balanced(source.slice(from, from + CALL));
    return [
      ...matches(call, `["'](\\w+)["']\\s*:`),
      ...matches(call, '(?:^|[(,])\\s*(\\w+)\\s*=(?!=)'),
    ];
  });
}

/** The text up to the closing bracket of the call around it. */
function balanced(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter) && depth-- === 0) return text.slice(0, at);
  }
  return text;
}

/** The names of `for name in ("T", "N"): setattr(builtins, name, …)`. */
function looped(source: string, module: string, space: string): string[] {
  const uses = [
    ...matches(source, `setattr\\(\\s*${module}\\s*,\\s*([A-Za-z_]\\w*)\\s*,`),
    ...matches(source, `${space}\\[\\s*([A-Za-z_]\\w*)\\s*\\]\\s*=(?!=)`),
  ];
  return [...new Set(uses)].flatMap((variable) =>
    [
      ...source.matchAll(
        new RegExp(`\\bfor\\s+${variable}\\b[^:\\n]{0,200}?\\bin\\s*[([{]([^)\\]}]{0,2000})`, 'g'),
      ),
    ].flatMap(([, items = '']) => matches(items, `["'](\\w+)["']`)),
  );
}

/** `gettext.install("app", names=["ngettext"])` adds `_` and the listed names. */
function translated(source: string): string[] {
  if (!/\bgettext\b/.test(source)) return [];
  return [...source.matchAll(/\.install\(([^)]{0,500})\)/g)].flatMap(([, call = '']) => {
    const names = /names\s*=\s*[([{]([^)\]}]*)/.exec(call)?.[1] ?? '';
    return ['_', ...matches(names, `["'](\\w+)["']`)];
  });
}
