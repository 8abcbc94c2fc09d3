import type { Services } from '../../client/services.ts';
import { defineThemes } from './editor-themes.ts';
import { registerGrammar } from './kql-grammar.ts';
import { languageServer } from './language-server.ts';
import { flushAll } from './models.ts';
import { registerProviders } from './providers/index.ts';
import { FORMAT_SETTING } from './settings.ts';

let done = false;

/** Registers the language with Monaco and feeds the language worker with the schema; once per page. */
export function setUpEditor({ schema, settings }: Services): void {
  if (done) return;
  done = true;
  const server = languageServer();
  registerGrammar();
  defineThemes();
  registerProviders({ server, format: () => settings.get(FORMAT_SETTING) });
  const send = (): void => {
    void server.call('setSchema', '', { schema: schema.getState().schema }).catch(() => {});
  };
  send();
  let sent = schema.getState().schema;
  schema.subscribe((now) => {
    if (now.schema === sent) return;
    sent = now.schema;
    send();
  });
  window.addEventListener('pagehide', flushAll);
}
