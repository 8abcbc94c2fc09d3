import type { IngestSource } from '../../../common/contract/ingest.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Services } from '../../client/services.ts';
import type { ChosenFile } from '../../client/shell.ts';

export interface UploadProgress {
  readonly name: string;
  readonly sent: number;
  readonly total: number;
}

/** XMLHttpRequest, because fetch does not tell how much of a body has been sent. */
function put(
  url: string,
  file: File,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else
        reject(
          new AppError(
            'source',
            'upload_failed',
            `${file.name} could not be sent: ${request.responseText || `status ${request.status}`}`,
          ),
        );
    };
    request.onerror = () =>
      reject(new AppError('source', 'upload_failed', `${file.name} could not be read or sent.`));
    request.onabort = () => reject(AppError.cancelled('The upload'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

/** What the host calls the chosen files: their paths on the desktop, uploads in a browser. */
export async function sourceOf(
  services: Services,
  files: readonly ChosenFile[],
  signal: AbortSignal,
  onProgress: (progress: UploadProgress) => void,
): Promise<IngestSource> {
  const paths = files.flatMap((file) => (file.kind === 'path' ? [file.path] : []));
  if (paths.length === files.length) return { kind: 'paths', paths };
  const total = files.reduce((sum, file) => sum + (file.kind === 'file' ? file.file.size : 0), 0);
  const ids: string[] = [];
  let before = 0;
  try {
    for (const chosen of files) {
      if (chosen.kind !== 'file') continue;
      const { file } = chosen;
      const { id, url } = await services.host.call(
        'ingest.beginUpload',
        { name: file.name, bytes: file.size },
        { signal },
      );
      ids.push(id);
      await put(services.host.url(url), file, signal, (sent) =>
        onProgress({ name: file.name, sent: before + sent, total }),
      );
      before += file.size;
    }
  } catch (error) {
    dropUploads(services, { kind: 'uploads', ids });
    throw error;
  }
  return { kind: 'uploads', ids };
}

/** Lets the host delete what was uploaded and is not wanted any more. */
export function dropUploads(services: Services, source: IngestSource | undefined): void {
  if (source?.kind !== 'uploads' || source.ids.length === 0) return;
  services.host.call('ingest.dropUploads', { ids: source.ids }).catch(() => {});
}
