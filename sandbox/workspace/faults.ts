/** What may be made to go wrong; each stands until it is switched back. */
export interface FaultSwitches {
  /** Connections to the Web API are cut without an answer. */
  apiDown: boolean;
  /** Every Web API call answers 429 with this Retry-After, in seconds. */
  retryAfter: number | undefined;
  /** So many accepted chat.postMessage calls answer 500 after the message stands in the channel. */
  failAfterPost: number;
  /** Every envelope goes out twice. */
  deliverTwice: boolean;
  /** The app's sockets are refused and no url is handed out. */
  socketsDown: boolean;
}

export interface Faults extends FaultSwitches {
  set(switches: Partial<FaultSwitches>): void;
  clear(): void;
  /** Cuts every socket without a word. */
  dropSockets(): void;
  /** Asks every socket to reconnect, as Slack does on refresh. */
  disconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled'): void;
}

export const noFaults: FaultSwitches = {
  apiDown: false,
  retryAfter: undefined,
  failAfterPost: 0,
  deliverTwice: false,
  socketsDown: false,
};
