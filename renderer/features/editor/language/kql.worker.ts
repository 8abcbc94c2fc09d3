/// <reference lib="webworker" />
/**
 * The editor's language worker. A classic worker, because the library's two scripts expect sloppy mode and a
 * global object; they are loaded as they are from beside the bundle.
 */
import bridgeUrl from '@kusto/language-service-next/bridge.min.js?url';
import languageUrl from '@kusto/language-service-next/Kusto.Language.Bridge.min.js?url';
import { kustoLanguage } from './library.ts';
import type { FromWorker, LanguageRequest, ToWorker } from './protocol.ts';
import { createLanguageService } from './service.ts';

const scope = self as unknown as DedicatedWorkerGlobalScope;
const post = (message: FromWorker): void => scope.postMessage(message);

scope.importScripts(bridgeUrl, languageUrl);
const service = createLanguageService(kustoLanguage());

const queue: LanguageRequest[] = [];
const cancelled = new Set<number>();
const turn = new MessageChannel();

scope.onmessage = (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  if ('cancel' in message) {
    if (queue.some((request) => request.id === message.cancel)) cancelled.add(message.cancel);
    return;
  }
  queue.push(message);
  if (queue.length === 1) turn.port2.postMessage(null);
};

// One request per turn, so that cancellations and newer texts are seen between two of them.
turn.port1.onmessage = () => {
  const request = queue.shift();
  if (request) answer(request);
  if (queue.length > 0) turn.port2.postMessage(null);
};

function answer(request: LanguageRequest): void {
  if (cancelled.delete(request.id)) {
    post({ id: request.id, error: 'cancelled' });
    return;
  }
  try {
    const handler = service[request.method] as (id: string, params: unknown) => unknown;
    post({ id: request.id, result: handler(request.documentId, request.params) });
  } catch (error) {
    post({ id: request.id, error: error instanceof Error ? error.message : String(error) });
  }
}

// The first analysis takes several times as long as all later ones: have it behind us before the first key.
service.sync('warm-up', {
  text: 'print x = 1 | where x > 0 | summarize count() by x',
  database: '',
});
service.complete('warm-up', { offset: 20 });
service.diagnostics('warm-up', {});
service.tokens('warm-up', { start: 0, length: 40 });
service.close('warm-up', {});
post({ ready: true });
