// Finds the names that a Python file adds to `builtins`, so that all other files can use them.

/**
 * The names that `builtins.T = …`, `setattr(builtins, "T", …)`, `builtins.__dict__.update(T=…)` and
 * `gettext.install(…)` add. Computed names are not found; `[tool.ruff] builtins` can declare them.
 */
export function addedBuiltins(source: string): string[] {
  const modules = ['builtins', '__builtins__', '__builtin__', ...aliases(source)];
  const module = `(?:${modules.join('|')}|sys\\.modules\\[["'](?:builtins|__builtin__)["']\\])`;
  const namespace = `(?:${module}\\.__dict__|vars\\(\\s*${module}\\s*\\)|__builtins__)`;
  const found = [
    ...matches(source, `(?<![\\w.])${module}\\.(\\w+)\\s*(?::[^=\\n]+)?=(?!=)`),
    ...matches(
      source,
      `(?<![\\w.])${namespace}\\[\\s*["'](\\w+)["']\\s*\\]\\s*(?::[^=\\n]+)?=(?!=)`,
    ),
    ...matches(source, `(?<![\\w.])${namespace}\\.(?:setdefault|__setitem__)\\(\\s*["'](\\w+)["']`),
    ...matches(source, `(?<!\\w)(?:__)?setattr(?:__)?\\(\\s*${module}\\s*,\\s*["'](\\w+)["']`),
    ...addedByUpdate(source, `(?<![\\w.])${namespace}\\.update\\(`),
    ...addedInLoops(source, module, namespace),
    ...addedByGettext(source),
  ];
  return [...new Set(found)].filter((name) => name !== '__dict__');
}

/** Other names of the module `builtins`: `b` of `import builtins as b` and `from six.moves import builtins as b`. */
function aliases(source: string): string[] {
  return matches(source, '\\bimport[^\\n]{0,200}?\\b(?:builtins|__builtin__)\\s+as\\s+(\\w+)');
}

function matches(source: string, pattern: string): string[] {
  return [...source.matchAll(new RegExp(pattern, 'g'))].flatMap(([, name]) => name ?? []);
}

/** Limit of one call, so that a missing bracket does not make the rest of the file its arguments. */
const MOST_CHARACTERS = 4_000;

/** The names that `update({"T": …}, N=…)` adds: its keys and keywords. */
function addedByUpdate(source: string, pattern: string): string[] {
  return [...source.matchAll(new RegExp(pattern, 'g'))].flatMap((match) => {
    const from = match.index + match[0].length;
    const call = argumentsIn(source.slice(from, from + MOST_CHARACTERS));
    return [
      ...matches(call, `["'](\\w+)["']\\s*:`),
      ...matches(call, '(?:^|[(,])\\s*(\\w+)\\s*=(?!=)'),
    ];
  });
}

/** The arguments of a call: `text` up to the closing bracket. */
function argumentsIn(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter) && depth-- === 0) return text.slice(0, at);
  }
  return text;
}

/** The names that a loop adds: `T` and `N` of `for name in ("T", "N"): setattr(builtins, name, …)`. */
function addedInLoops(source: string, module: string, namespace: string): string[] {
  const uses = [
    ...matches(source, `setattr\\(\\s*${module}\\s*,\\s*([A-Za-z_]\\w*)\\s*,`),
    ...matches(source, `${namespace}\\[\\s*([A-Za-z_]\\w*)\\s*\\]\\s*=(?!=)`),
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
function addedByGettext(source: string): string[] {
  if (!/\bgettext\b/.test(source)) return [];
  return [...source.matchAll(/\.install\(([^)]{0,500})\)/g)].flatMap(([, call = '']) => {
    const names = /names\s*=\s*[([{]([^)\]}]*)/.exec(call)?.[1] ?? '';
    return ['_', ...matches(names, `["'](\\w+)["']`)];
  });
}
