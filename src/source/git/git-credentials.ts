/** An address as any user of this machine may see it in the list of processes, and what git needs beside it. */
export interface Addressed {
  address: string;
  /** Environment variables: only the same user can read those of a process. */
  env: Record<string, string>;
}

/**
 * Takes user and password out of an http address. They go as a header: `insteadOf` would put them back
 * into the arguments of the program that git starts to fetch.
 */
export function addressed(address: string): Addressed {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return { address, env: {} };
  const url = new URL(address);
  const { username, password } = url;
  if (username === '' && password === '') return { address, env: {} };
  url.username = '';
  url.password = '';
  const pair = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
  return {
    address: url.href,
    env: {
      GIT_CONFIG_COUNT: '1',
      // Only for this server, so that a redirect to another one is not given them.
      GIT_CONFIG_KEY_0: `http.${url.origin}/.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${pair}`,
    },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
