import {
  ArrowSyncRegular,
  CheckmarkCircleRegular,
  CloudOffRegular,
  ErrorCircleFilled,
  type FluentIcon,
  PauseCircleRegular,
} from '@fluentui/react-icons';
import type { SyncInfo, SyncState } from '../../../../common/contract/storage.ts';
import { formatBytes, formatCount } from '../../../ui/numbers.ts';

/** Told by form and word; the colour only repeats it. */
export const SYNC_LOOKS: Readonly<
  Record<SyncState, { readonly Icon: FluentIcon; readonly word: string; readonly meaning: string }>
> = {
  idle: { Icon: CheckmarkCircleRegular, word: 'synced', meaning: 'All is as the store had it.' },
  listing: { Icon: ArrowSyncRegular, word: 'listing', meaning: 'Looks for what is new.' },
  running: { Icon: ArrowSyncRegular, word: 'syncing', meaning: 'Fetches what is new.' },
  waiting: {
    Icon: CloudOffRegular,
    word: 'offline',
    meaning: 'The store is away; what is here can be queried, and it is tried again.',
  },
  paused: { Icon: PauseCircleRegular, word: 'paused', meaning: 'Stays as it is until resumed.' },
  failed: {
    Icon: ErrorCircleFilled,
    word: 'failed',
    meaning: 'Does not go on by itself: put right what it says, then run it.',
  },
};

/** `12 s`, `5 min`, `3 h`, `2 d`: how old what is here may be. */
export function ageText(seconds: number): string {
  if (seconds < 0) return '';
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

const ago = (info: SyncInfo): string =>
  info.ageSeconds < 0 ? 'never complete' : `${ageText(info.ageSeconds)} ago`;

/** The end of a sync's row in the tree. */
export function syncDetail(info: SyncInfo): string {
  const { word } = SYNC_LOOKS[info.state];
  const { filesDone, filesTotal } = info.progress;
  switch (info.state) {
    case 'idle':
      return info.failedFiles > 0
        ? `${info.failedFiles} files set aside · ${ago(info)}`
        : `${word} ${ago(info)}`;
    case 'running':
      return `${word} ${formatCount(filesDone)} of ${formatCount(filesTotal)}`;
    case 'waiting':
      return info.ageSeconds < 0 ? `${word}: ${info.message}` : `${word} · as of ${ago(info)}`;
    case 'failed':
      return `${word}: ${info.message}`;
    default:
      return `${word} · ${ago(info)}`;
  }
}

export const syncSpoken = (info: SyncInfo): string =>
  [`sync ${info.definition.name}`, syncDetail(info), info.message]
    .filter((part) => part !== '')
    .join(', ');

export function syncTooltip(info: SyncInfo): string {
  const { definition } = info;
  return [
    `${definition.name} → ${definition.table?.table ?? 'copies of the files'}`,
    `${SYNC_LOOKS[info.state].word}. ${SYNC_LOOKS[info.state].meaning}`,
    ...(info.message === '' ? [] : [info.message]),
    info.lastGoodAt === '' ? 'never complete yet' : `as of ${timeText(info.lastGoodAt)} UTC`,
    `${formatCount(info.files)} files, ${formatBytes(info.bytes)}; ${formatCount(info.mirroredFiles)} here, ${formatBytes(info.mirroredBytes)}`,
    ...(definition.table ? [`${formatCount(info.rows)} rows`] : []),
    ...(info.failedFiles > 0 ? [`${formatCount(info.failedFiles)} files could not be read`] : []),
  ].join('\n');
}

export const timeText = (iso: string): string =>
  iso === '' ? 'not yet' : iso.slice(0, 19).replace('T', ' ');
