import { help as shown } from '../views/answers.ts';
import type { CommandListener } from './listener.ts';

// oxlint-disable-next-line require-await -- the same shape as every other listener
export const help: CommandListener<'help'> = async () => shown();
