import type { StreamInfo } from '../../../common/contract/stream.ts';
import { STATE_LOOKS } from './stream-look.ts';
import './streams.css';

/** The state in one line: sign, word, what it means, and what the stream says. */
export function StateBadge({ info }: { readonly info: StreamInfo }) {
  const { Icon, word, meaning } = STATE_LOOKS[info.state];
  return (
    <p className="st-badge" data-state={info.state} role="status">
      <Icon aria-hidden="true" />
      <strong>{word}</strong>
      <span>{info.message === '' ? meaning : info.message}</span>
    </p>
  );
}
