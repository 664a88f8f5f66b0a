// Names the user who runs this process, as commands such as `chown` take it.
import { userInfo } from 'node:os';

export function ownUser(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container, the user may have an id but no name.
    return String(process.getuid?.() ?? '?');
  }
}
