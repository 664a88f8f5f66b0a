// Builds the value of a YAML document, with aliases and merges, in YAML 1.1 or 1.2.
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  visit,
} from 'yaml';
import type { Alias, Node, Scalar, YAMLMap } from 'yaml';
import { keyOf, nameOf } from './yaml-keys.ts';
import { readScalar, type YamlVersion } from './yaml-scalars.ts';
import { printable, type Value } from './values.ts';

/** Limit of values, because nested aliases can expand a small file to billions of values. */
const MOST_VALUES = 100_000;
const DEPTH = 200;

/** The document is valid YAML but has no usable value. The message contains no value of the file. */
export class UnusableYaml extends Error {}

/** `differences` are texts that YAML 1.1 and 1.2 read differently, each with its place. Fails with UnusableYaml. */
export function buildYaml(document: Document, version: YamlVersion, lines: LineCounter) {
  const builder = new Builder(document, version, lines);
  const value = builder.build(document.contents, [], 0);
  return { value, differences: [...builder.differences.values()] };
}

class Builder {
  /** Keyed by node, so that an anchor's value is reported once, although it is built again for each alias. */
  readonly differences = new Map<Node, string>();
  readonly #targets: Map<Alias, Node>;
  readonly #version: YamlVersion;
  readonly #lines: LineCounter;
  #count = 0;

  constructor(document: Document, version: YamlVersion, lines: LineCounter) {
    this.#targets = targetsOf(document);
    this.#version = version;
    this.#lines = lines;
  }

  build(node: unknown, path: string[], depth: number): Value {
    this.#count += 1;
    if (this.#count > MOST_VALUES || depth > DEPTH)
      throw new UnusableYaml('its aliases (&, *) refer to each other too often');
    if (isAlias(node)) return this.build(this.#targetOf(node), path, depth + 1);
    if (isScalar(node)) return this.#scalar(node, path);
    if (isSeq(node))
      return node.items.map((item, index) => this.build(item, [...path, String(index)], depth + 1));
    return isMap(node) ? this.#map(node, path, depth) : null;
  }

  #map(map: YAMLMap, path: string[], depth: number): Value {
    const own: { [key: string]: Value } = Object.create(null);
    const merged: { [key: string]: Value } = Object.create(null);
    for (const pair of map.items) {
      if (this.#version === '1.1' && isCollection(pair.key)) throw this.#unusableKey(pair.key);
      const key = keyOf(pair);
      if (isMerge(pair.key)) this.#merge(pair.value, merged, path, depth);
      else {
        if (isScalar(pair.key)) this.#compare(pair.key, [...path, key]);
        own[key] = this.build(pair.value, [...path, key], depth + 1);
      }
    }
    return Object.assign(merged, own);
  }

  #unusableKey({ range }: Node): UnusableYaml {
    const { line, col } = this.#lines.linePos(range?.[0] ?? 0);
    return new UnusableYaml(
      `line ${line}, column ${col}: a key is a list or a mapping, which Python’s PyYAML refuses. If it is text such as {{ … }}, put it in quotes`,
    );
  }

  /** The mapping's own keys override merged ones; of several merged mappings, the first wins. */
  #merge(node: unknown, into: { [key: string]: Value }, path: string[], depth: number): void {
    const value = this.build(node, path, depth + 1);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one !== 'object' || one === null || Array.isArray(one) || !isMapping(one))
        throw new UnusableYaml(`${nameOf(path)} merges (<<) something that is no mapping`);
      for (const [key, inner] of Object.entries(one)) into[key] ??= inner;
    }
  }

  #scalar(node: Scalar, path: string[]): Value {
    const written = writtenOf(node);
    if (!isPlain(node)) return written;
    this.#compare(node, path);
    return readScalar(written, this.#version).value;
  }

  #compare(node: Scalar, path: string[]): void {
    if (!isPlain(node) || this.differences.has(node)) return;
    const [older, newer] = [readScalar(writtenOf(node), '1.1'), readScalar(writtenOf(node), '1.2')];
    if (JSON.stringify(older) === JSON.stringify(newer)) return;
    const { line, col } = this.#lines.linePos(node.range?.[0] ?? 0);
    const kinds =
      older.kind === newer.kind
        ? `another ${older.kind.replace(/^an? /, '')} for YAML 1.1 than for YAML 1.2`
        : `${older.kind} for YAML 1.1 and ${newer.kind} for YAML 1.2`;
    this.differences.set(
      node,
      `line ${line}, column ${col}: ${printable(nameOf(path))} is ${kinds}; here it is read as YAML ${this.#version} (config.yaml in argo.yml). If it is text, put it in quotes`,
    );
  }

  #targetOf(alias: Alias): Node {
    const target = this.#targets.get(alias);
    if (target) return target;
    throw new UnusableYaml(`the alias *${printable(alias.source)} has no anchor before it`);
  }
}

/** An alias means the last anchor of that name before it. */
function targetsOf(document: Document): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Alias(_key, alias) {
      const target = anchors.get(alias.source);
      if (target) targets.set(alias, target);
    },
    Value(_key, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** `<<` in quotes is an ordinary key. */
function isMerge(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && isPlain(key);
}

function isMapping(value: object): value is { [key: string]: Value } {
  return Object.getPrototypeOf(value) === null;
}

/** Whether the scalar's type depends on its text. A quoted text or one with the tag !!str is always a string. */
function isPlain({ type, tag }: Scalar): boolean {
  const core = /^tag:yaml\.org,2002:(?:int|float|bool|null)$/;
  return tag === undefined ? type === 'PLAIN' || type === undefined : core.test(tag);
}

/** The text of a scalar. Binary values keep their base64 text. */
function writtenOf({ value, source }: Scalar): string {
  return typeof value === 'string' ? value : (source ?? '');
}
