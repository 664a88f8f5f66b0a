// Answers questions about configs in a child process, which can be killed if a file is slow.
import type { ConfigReading } from '../../deploy/config/config-reading.ts';
import type { ConfigReport, ProbeRequest } from '../../deploy/ports/ports.ts';
import type { Disclosure } from '../../deploy/config/disclosure.ts';
import { answerQuestions } from '../answer-questions.ts';
import type { Failed } from '../process-pool.ts';
import { type Declared, fingerprintsInConfig, reportOn, secretsInConfig } from './report.ts';

/** One message to the child process. */
export type ConfigQuestion =
  | { about: 'report'; file: string; content: Uint8Array; declared: Declared }
  | { about: 'secrets'; file: string; content: string; disclosure: Disclosure | undefined }
  | {
      about: 'fingerprints';
      file: string;
      content: string;
      options: { dialect: ConfigReading['dialect'] | undefined; key: string };
    };

/** A URL cannot be sent between processes, so probes have `href`. */
export type SentReport = Omit<ConfigReport, 'content' | 'probes'> & {
  probes: (Omit<ProbeRequest, 'url'> & { href: string })[];
};

export interface ConfigAnswer {
  report?: SentReport;
  secrets?: string[];
  fingerprints?: Record<string, string>;
}

function answer(question: ConfigQuestion): ConfigAnswer | Failed {
  const { file, content } = question;
  try {
    switch (question.about) {
      case 'report':
        return { report: reportToSend(file, Buffer.from(content), question.declared) };
      case 'secrets':
        return { secrets: secretsInConfig(file, question.content, question.disclosure) };
      case 'fingerprints':
        return { fingerprints: fingerprintsInConfig(file, question.content, question.options) };
    }
  } catch (error) {
    if (error instanceof RangeError)
      return { failed: 'it is nested too deeply or has texts that are too long' };
    // Do not send the error's message: it may contain text of the config.
    return { failed: error instanceof Error ? error.name : 'unknown error' };
  }
}

function reportToSend(full: string, content: Buffer, declared: Declared): SentReport {
  const { content: _, probes, ...report } = reportOn(full, content, declared);
  return { ...report, probes: probes.map(({ url, ...rest }) => ({ ...rest, href: url.href })) };
}

answerQuestions({ answer });
