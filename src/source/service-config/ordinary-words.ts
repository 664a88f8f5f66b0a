/** Says which words are ordinary: a log that hides them is unreadable, and hiding them protects nothing. */
import { readFileSync } from 'node:fs';

/** Values of a config that are longer than the words of the list, and are in half of all configs. */
const LONGER =
  'aggressive application authentication authorization automatic available backtest backtesting balanced closed commission conservative connection container critical database debugging default description descending development disabled ascending dispatch document elasticsearch endpoint environment exception exchange executor filesystem function gradient hostname hyperliquid in-memory indicator information instance integration interval intraday international javascript kubernetes leverage limited localhost maintenance management margin maximum memcached memory message microservice middleware minimum momentum monitoring mongodb notification notifications notional optional opensearch operator password percentage performance portfolio position positions postgres postgresql prediction premarket primary priority processor production prometheus protected protocol provider publisher rabbitmq readonly realtime recovery reference regression repository required research response retry rotation sandbox scheduled scheduler sequential serializable sentiment snowflake standard standalone stateless statsmodels stochastic strategy streaming subscriber supervisor synchronous tensorflow testing threaded threshold timestamp timezone trailing transaction transport unlimited username validation volatility warehouse websocket weighted worldwide';

let words: ReadonlySet<string> | undefined;

/** `paper`, `INFO`, `Redis`: letters of one case, and in the list. */
export function isOrdinaryWord(word: string): boolean {
  if (!/^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+)$/.test(word)) return false;
  words ??= new Set([...readWords(), ...LONGER.split(' ')]);
  return word.length === 1 || words.has(word.toLowerCase());
}

/** Two to seven letters each: counted in technical documentation, and kept if many documents have them. */
function readWords(): string[] {
  const text = readFileSync(new URL('ordinary-words.txt', import.meta.url), 'utf8');
  return text.split(/\s+/).filter(Boolean);
}
