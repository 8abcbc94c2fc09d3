import { MoreHorizontalRegular, PauseRegular, PlayRegular } from '@fluentui/react-icons';
import type { MouseEvent, ReactNode } from 'react';
import { useServices } from '../../client/services.ts';
import {
  detailOf,
  isStopped,
  pauseOrResume,
  STATE_LOOKS,
  spokenOf,
  tooltipOf,
  useStream,
} from '../streams/index.ts';
import { ExplorerRow, type ExplorerRowProps } from './ExplorerRow.tsx';

/** A stream: drawn again when its own state changes, without the rest of the tree. */
export function StreamRow({ name, ...props }: ExplorerRowProps & { readonly name: string }) {
  const services = useServices();
  const info = useStream(name);
  if (!info) return null;
  const { Icon } = STATE_LOOKS[info.state];
  const stopped = isStopped(info);
  // The keyboard has the menu and the space bar for these.
  const button = (label: string, icon: ReactNode, run: (event: MouseEvent) => void): ReactNode => (
    <button
      type="button"
      tabIndex={-1}
      title={label}
      aria-label={`${label} ${name}`}
      onClick={(event) => {
        event.stopPropagation();
        run(event);
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {icon}
    </button>
  );
  return (
    <ExplorerRow
      {...props}
      look={{
        icon: <Icon />,
        detail: detailOf(info),
        tooltip: tooltipOf(info),
        spoken: spokenOf(info),
        state: info.state,
        buttons: (
          <span className="ex-buttons">
            {button(
              stopped ? 'Resume' : 'Pause',
              stopped ? <PlayRegular /> : <PauseRegular />,
              () => void pauseOrResume(services, info),
            )}
            {button('More', <MoreHorizontalRegular />, props.onMenu)}
          </span>
        ),
      }}
    />
  );
}
