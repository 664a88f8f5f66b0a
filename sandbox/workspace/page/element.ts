export type Child = Node | string | undefined | false | Child[];

interface Attributes {
  class?: string;
  on?: Record<string, (event: Event) => void>;
  [name: string]: unknown;
}

function append(parent: Node, child: Child): void {
  if (Array.isArray(child)) for (const one of child) append(parent, one);
  else if (child !== undefined && child !== false) parent.appendChild(toNode(child));
}

function toNode(child: Node | string): Node {
  return typeof child === 'string' ? document.createTextNode(child) : child;
}

/** The only way this page makes elements: text stays text, so nothing a message says becomes HTML. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    if (typeof value === 'string' || typeof value === 'number')
      element.setAttribute(name, String(value));
  }
  for (const [event, listener] of Object.entries(attributes.on ?? {}))
    element.addEventListener(event, listener);
  append(element, children);
  return element;
}

export function safeLink(href: string, ...children: Child[]): HTMLElement {
  if (!/^(https?:|mailto:)/i.test(href)) return el('span', {}, ...children);
  return el('a', { href, target: '_blank', rel: 'noreferrer noopener' }, ...children);
}
