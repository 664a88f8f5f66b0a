// Describes the site that `npm run docs:site` builds from docs/; the menu is the index in docs/README.md.
import { readFileSync } from 'node:fs';

const index = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

const linksIn = (text) =>
  [...text.matchAll(/\[([^\]]+)\]\((?!\.\.)([^)#]+)\.md(?:#[^)]*)?\)/g)].map(([, title, page]) => ({
    text: title.slice(0, 1).toUpperCase() + title.slice(1),
    link: `/${page}`,
  }));

const sections = index.split(/^## /m).slice(1);

export default {
  title: 'argo-bot',
  description: 'Deploys systemd services from Slack',
  rewrites: { 'README.md': 'index.md' },
  // Files of the repository beside docs/, and pictures of the README.
  ignoreDeadLinks: [/^(?:\.\/)?\.\.\//],
  themeConfig: {
    search: { provider: 'local' },
    sidebar: sections.map((text) => ({
      text: text.split('\n')[0],
      items: linksIn(text),
    })),
  },
};
