import { type ExternalFiles, shownUri } from '../../../common/contract/external.ts';
import { completePath, datetimePieces, type Unit } from './path-format.ts';

/** The moment that stands in every sample. */
const SAMPLE = new Date(Date.UTC(2024, 2, 1, 13));

/** Paths that a definition expects, for people to compare with theirs: `customer=…/2024/03/01/<name>.csv`. */
export function samplePaths(files: ExternalFiles): string[] {
  const path = completePath(files.partitions, files.pathFormat)
    .map((part) => {
      if (part.kind === 'text') return part.text;
      return part.kind === 'partition' ? `<${part.name}>` : render(part.pattern, SAMPLE);
    })
    .join('');
  const name = `${files.namePrefix ?? ''}<name>${files.fileExtension ?? `.${files.format ?? 'csv'}`}`;
  return files.uris.map((uri) =>
    [shownUri(uri), path, name]
      .filter((p) => p !== '')
      .join('/')
      .replace(/([^:])\/\/+/g, '$1/'),
  );
}

function render(pattern: string, moment: Date): string {
  const numbers: Readonly<Record<Unit, number>> = {
    year: moment.getUTCFullYear(),
    month: moment.getUTCMonth() + 1,
    day: moment.getUTCDate(),
    hour: moment.getUTCHours(),
    minute: moment.getUTCMinutes(),
    second: moment.getUTCSeconds(),
  };
  return datetimePieces(pattern)
    .map((piece) => {
      if (!piece.unit) return piece.pattern.replace(/\\(.)/g, '$1');
      const width = Number(/\{(\d)\}/.exec(piece.pattern)?.[1] ?? 1);
      return numbers[piece.unit].toString().padStart(width, '0').slice(-Math.max(width, 2));
    })
    .join('');
}
