import {
  ErrorCircleFilled,
  type FluentIcon,
  HourglassRegular,
  PauseCircleRegular,
  PlugConnectedRegular,
  PulseRegular,
} from '@fluentui/react-icons';
import type { StreamInfo, StreamState } from '../../../common/contract/stream.ts';
import { formatCount, shortCount } from '../../ui/numbers.ts';

export interface StateLook {
  readonly Icon: FluentIcon;
  readonly word: string;
  /** What it means, in a sentence. */
  readonly meaning: string;
}

/** Told by form and word; the colour only repeats it. */
export const STATE_LOOKS: Readonly<Record<StreamState, StateLook>> = {
  starting: { Icon: PlugConnectedRegular, word: 'starting', meaning: 'Is connecting.' },
  running: { Icon: PulseRegular, word: 'running', meaning: 'Reads what comes.' },
  waiting: {
    Icon: HourglassRegular,
    word: 'waiting',
    meaning: 'Something is away; it is tried again and again, and nothing is lost meanwhile.',
  },
  paused: {
    Icon: PauseCircleRegular,
    word: 'paused',
    meaning: 'Goes on where it stopped when it is resumed.',
  },
  failed: {
    Icon: ErrorCircleFilled,
    word: 'failed',
    meaning: 'Does not go on by itself: put right what it says, then resume it.',
  },
};

/** `0.3`, `7.5`, `120`, `12 K`: rows in a second. */
export function rateText(rowsPerSecond: number): string {
  if (rowsPerSecond === 0) return '0';
  if (rowsPerSecond < 10) return rowsPerSecond.toFixed(1);
  return shortCount(Math.round(rowsPerSecond));
}

const lagText = (lag: number): string => (lag < 0 ? '' : `lag ${shortCount(lag)}`);

/** The end of a stream's row in the tree: short, and never without the state's word. */
export function detailOf(info: StreamInfo): string {
  const { word } = STATE_LOOKS[info.state];
  switch (info.state) {
    case 'running':
      return [
        info.rowsPerSecond > 0 ? `${rateText(info.rowsPerSecond)} rows/s` : word,
        ...(info.lag > 0 ? [lagText(info.lag)] : []),
        ...(info.message === '' ? [] : [info.message]),
      ].join(' · ');
    case 'waiting':
    case 'failed':
      return info.message === '' ? word : `${word}: ${info.message}`;
    default:
      return word;
  }
}

/** What a screen reader says of it. */
export function spokenOf(info: StreamInfo): string {
  return [
    `stream ${info.definition.name}`,
    STATE_LOOKS[info.state].word,
    ...(info.state === 'running' ? [`${rateText(info.rowsPerSecond)} rows per second`] : []),
    ...(info.lag >= 0 && info.state !== 'paused' ? [`${formatCount(info.lag)} waiting`] : []),
    ...(info.message === '' ? [] : [info.message]),
  ].join(', ');
}

export function tooltipOf(info: StreamInfo): string {
  const { definition } = info;
  return [
    `${definition.name} → ${definition.table}`,
    `${STATE_LOOKS[info.state].word}. ${STATE_LOOKS[info.state].meaning}`,
    ...(info.message === '' ? [] : [info.message]),
    `${formatCount(info.rows)} rows, ${rateText(info.rowsPerSecond)} rows/s`,
    info.lag < 0
      ? 'what waits at the source is not known yet'
      : `${formatCount(info.lag)} records wait`,
    ...(info.deadLettered > 0 ? [`${formatCount(info.deadLettered)} did not decode`] : []),
    ...(info.lost > 0 ? [`${formatCount(info.lost)} lost`] : []),
  ].join('\n');
}
