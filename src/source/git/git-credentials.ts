// Takes the password out of a repository's address, and gives it to git where other users cannot read it.
import { percentDecoded } from '../../deploy/untrusted/percent-encoding.ts';

/**
 * Returns the address without credentials, and an environment with which git sends them as a header. Other users can
 * read the arguments of a process, but not its environment. The setting `insteadOf` would not help: with it, git passes
 * the whole address as an argument to the program that fetches.
 */
export function separateCredentials(address: string): {
  address: string;
  env: Record<string, string>;
} {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return { address, env: {} };
  const url = new URL(address);
  const { username, password } = url;
  if (username === '' && password === '') return { address, env: {} };
  url.username = '';
  url.password = '';
  const pair = Buffer.from(`${percentDecoded(username)}:${percentDecoded(password)}`).toString(
    'base64',
  );
  return {
    address: url.href,
    env: {
      GIT_CONFIG_COUNT: '1',
      // Limit the header to this server, so that git does not send the credentials to the target of a redirect.
      GIT_CONFIG_KEY_0: `http.${url.origin}/.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${pair}`,
    },
  };
}
