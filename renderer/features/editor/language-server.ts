import type { LanguageClient } from './language/client.ts';
import { createLanguageClient } from './language/client.ts';
import KqlWorker from './language/kql.worker.ts?worker';

let client: LanguageClient | undefined;

/** The one language worker of the page; started when first asked for, so ask early. */
export function languageServer(): LanguageClient {
  client ??= createLanguageClient(new KqlWorker({ name: 'kql-language' }));
  return client;
}
