// Decides which words are ordinary, and so are not masked when a config contains them.
import { readFileSync } from 'node:fs';

/** Words of two to seven letters that are frequent in technical documentation. */
const FILE = new URL('ordinary-words.txt', import.meta.url);
/** Longer words that are common in configs. */
const LONGER =
  'aggressive application authentication authorization automatic available backtest backtesting balanced closed commission conservative connection container critical database debugging default description descending development disabled ascending dispatch document elasticsearch endpoint environment exception exchange executor filesystem function gradient hostname hyperliquid in-memory indicator information instance integration interval intraday international javascript kubernetes leverage limited localhost maintenance management margin maximum memcached memory message microservice middleware minimum momentum monitoring mongodb notification notifications notional optional opensearch operator password percentage performance portfolio position positions postgres postgresql prediction premarket primary priority processor production prometheus protected protocol provider publisher rabbitmq readonly realtime recovery reference regression repository required research response retry rotation sandbox scheduled scheduler sequential serializable sentiment snowflake standard standalone stateless statsmodels stochastic strategy streaming subscriber supervisor synchronous tensorflow testing threaded threshold timestamp timezone trailing transaction transport unlimited username validation volatility warehouse websocket weighted worldwide';

let words: ReadonlySet<string> | undefined;

/** Whether a word is one letter or in a list, as `paper`, `INFO` or `Redis`. Such a word alone is no secret. */
export function isOrdinaryWord(word: string): boolean {
  if (!/^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+)$/.test(word)) return false;
  words ??= new Set([...readFileSync(FILE, 'utf8').split(/\s+/), ...LONGER.split(' ')]);
  return word.length === 1 || words.has(word.toLowerCase());
}
