import type { IngestEvent } from '../../common/contract/ingest.ts';

const BAR_WIDTH = 24;
const PERCENT = 100;

/** One line on stderr that follows an ingestion; nothing where stderr is no terminal. */
export function progressLine(): {
  readonly show: (event: IngestEvent) => void;
  readonly clear: () => void;
} {
  const { stderr } = process;
  if (!stderr.isTTY) return { show: () => {}, clear: () => {} };
  let shown = false;
  return {
    show({ rows, bytesRead, bytesTotal, secondsLeft }) {
      const share = bytesTotal > 0 ? Math.min(1, bytesRead / bytesTotal) : 0;
      const full = Math.round(share * BAR_WIDTH);
      const bar = '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
      const left = secondsLeft >= 0 ? `, ${Math.ceil(secondsLeft)} s left` : '';
      const percent = Math.round(share * PERCENT);
      stderr.write(`\r\x1b[K${bar} ${percent} %  ${rows.toLocaleString('en')} rows${left}`);
      shown = true;
    },
    clear() {
      if (shown) stderr.write('\r\x1b[K');
      shown = false;
    },
  };
}
