import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** The sandbox's own page, as far as it makes elements out of blocks, on a document that is only a tree. */
export class Shown {
  readonly children: (Shown | string)[] = [];
  readonly attributes: Record<string, string> = {};
  readonly tag: string;
  constructor(tag: string) {
    this.tag = tag;
  }
  append(...all: (Shown | string)[]): void {
    this.children.push(...all);
  }
  appendChild(one: Shown | string): void {
    this.children.push(one);
  }
  setAttribute(name: string, value: string): void {
    this.attributes[name] = value;
  }
  addEventListener(): void {
    // Nobody clicks.
  }
  get text(): string {
    return this.children.map((one) => (typeof one === 'string' ? one : one.text)).join('');
  }
  /** Itself and everything in it. */
  get all(): Shown[] {
    return [this, ...this.children.flatMap((one) => (typeof one === 'string' ? [] : one.all))];
  }
}

const Page = z.object({
  renderBlock: z.function({ input: [z.unknown(), z.unknown()], output: z.instanceof(Shown) }),
});
const Mrkdwn = z.object({
  mrkdwn: z.function({ input: [z.string(), z.boolean()], output: z.instanceof(Shown) }),
});
const State = z.object({
  follow: z.function({ input: [z.unknown()], output: z.promise(z.void()) }),
});

/** The page is for browsers, and its types are, too. */
async function load(file: string): Promise<unknown> {
  return import(pathToFileURL(`sandbox/workspace/page/${file}.ts`).href);
}

/** What the page makes of blocks and of a text. */
export async function openPage() {
  const { fetch } = globalThis;
  const snapshot = { users: [], userGroups: [], channels: [] };
  Object.assign(globalThis, {
    document: {
      createElement: (tag: string) => new Shown(tag),
      createTextNode: (text: string) => text,
    },
    EventSource: Shown,
    fetch: async () => ({ json: async () => snapshot }),
  });
  const { follow } = State.parse(await load('state'));
  await follow(() => undefined);
  Object.assign(globalThis, { fetch });
  const { renderBlock } = Page.parse(await load('blocks'));
  const { mrkdwn } = Mrkdwn.parse(await load('mrkdwn'));
  const place = { owner: 'test', press: () => undefined };
  return { block: (block: unknown) => renderBlock(block, place), text: mrkdwn };
}
