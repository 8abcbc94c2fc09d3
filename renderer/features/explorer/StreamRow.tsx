import {
  ArrowSyncRegular,
  MoreHorizontalRegular,
  PauseRegular,
  PlayRegular,
  StopRegular,
} from '@fluentui/react-icons';
import type { MouseEvent, ReactNode } from 'react';
import { useServices } from '../../client/services.ts';
import {
  detailOf,
  isStopped,
  pauseOrResume,
  runOrStop,
  STATE_LOOKS,
  SYNC_LOOKS,
  spokenOf,
  syncDetail,
  syncSpoken,
  syncTooltip,
  tooltipOf,
  useStream,
  useSync,
} from '../streams/index.ts';
import { ExplorerRow, type ExplorerRowProps } from './ExplorerRow.tsx';

type NamedRowProps = ExplorerRowProps & { readonly name: string };

/** A stream: drawn again when its own state changes, without the rest of the tree. */
export function StreamRow({ name, ...props }: NamedRowProps) {
  const services = useServices();
  const info = useStream(name);
  if (!info) return null;
  const { Icon } = STATE_LOOKS[info.state];
  const stopped = isStopped(info);
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
          <RowButtons
            name={name}
            label={stopped ? 'Resume' : 'Pause'}
            icon={stopped ? <PlayRegular /> : <PauseRegular />}
            onRun={() => void pauseOrResume(services, info)}
            onMore={props.onMenu}
          />
        ),
      }}
    />
  );
}

/** A synced storage, with how fresh it is. */
export function SyncRow({ name, ...props }: NamedRowProps) {
  const services = useServices();
  const info = useSync(name);
  if (!info) return null;
  const { Icon } = SYNC_LOOKS[info.state];
  const busy = info.state === 'listing' || info.state === 'running';
  return (
    <ExplorerRow
      {...props}
      look={{
        icon: <Icon />,
        detail: syncDetail(info),
        tooltip: syncTooltip(info),
        spoken: syncSpoken(info),
        state: info.state,
        buttons: (
          <RowButtons
            name={name}
            label={busy ? 'Stop' : 'Sync now'}
            icon={busy ? <StopRegular /> : <ArrowSyncRegular />}
            onRun={() => void runOrStop(services, info)}
            onMore={props.onMenu}
          />
        ),
      }}
    />
  );
}

/** For the pointer; the keyboard has the menu and its keys. */
function RowButtons(props: {
  readonly name: string;
  readonly label: string;
  readonly icon: ReactNode;
  readonly onRun: () => void;
  readonly onMore: (event: MouseEvent) => void;
}) {
  const button = (label: string, icon: ReactNode, run: (event: MouseEvent) => void): ReactNode => (
    <button
      type="button"
      tabIndex={-1}
      title={label}
      aria-label={`${label} ${props.name}`}
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
    <span className="ex-buttons">
      {button(props.label, props.icon, props.onRun)}
      {button('More', <MoreHorizontalRegular />, props.onMore)}
    </span>
  );
}
