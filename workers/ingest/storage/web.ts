import { AppError } from '../../../common/errors/app-error.ts';
import { unreachable } from './storage-error.ts';

/** Until the first byte, and between two pieces. */
const SILENCE_MS = 60_000;

const silenced = new WeakMap<Response, () => void>();

/** A request whose failure is told without its address, which may hold a secret. */
export async function requestWeb(
  name: string,
  request: string | Request,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<Response> {
  const silence = new AbortController();
  const timer = setTimeout(
    () => silence.abort(new Error(`silent for ${SILENCE_MS / 1000} s`)),
    SILENCE_MS,
  );
  timer.unref();
  const { signal, ...rest } = options;
  try {
    const response = await fetch(request, {
      ...rest,
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
      redirect: 'follow',
    });
    silenced.set(response, () => timer.refresh());
    if (response.body === null || rest.method === 'HEAD') clearTimeout(timer);
    return response;
  } catch (error) {
    clearTimeout(timer);
    if (signal?.aborted) throw AppError.cancelled();
    throw unreachable(name, error);
  }
}

/** The bytes of an answer; a connection that breaks off or falls silent is an error that names it. */
export async function* bytesOf(response: Response, name: string): AsyncGenerator<Uint8Array> {
  const heard = silenced.get(response);
  try {
    for await (const piece of response.body ?? []) {
      heard?.();
      yield piece as Uint8Array;
    }
  } catch (error) {
    throw error instanceof AppError ? error : unreachable(name, error);
  }
}
