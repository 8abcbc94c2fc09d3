import {
  Badge,
  Button,
  MessageBar,
  MessageBarBody,
  ToggleButton,
} from '@fluentui/react-components';
import {
  ArrowDownRegular,
  ArrowSortDownRegular,
  ArrowSyncRegular,
  DeleteRegular,
  PauseRegular,
  PlayRegular,
  WindowNewRegular,
} from '@fluentui/react-icons';
import { useRef } from 'react';
import { useStore } from 'zustand';
import { nameReference } from '../../../common/text/kql-literal.ts';
import { useServices, useSetting } from '../../client/services.ts';
import { type Setting, switchSetting } from '../../client/settings-store.ts';
import type { GridView } from '../../grid/grid-view.ts';
import { FilterBox } from './FilterBox.tsx';
import { HighlightsButton } from './HighlightsButton.tsx';
import { HIGHLIGHT_COLOURS, type Highlight } from './highlights.ts';
import { LiveGrid } from './LiveGrid.tsx';
import { LIVE_ROWS, type LiveState, type LiveTail } from './live-tail.ts';
import { Sparkline } from './Sparkline.tsx';
import './live.css';

const NEWEST_ON_TOP = switchSetting('live.newestOnTop', false);
const NO_HIGHLIGHTS: readonly Highlight[] = [];
const HIGHLIGHTS: Setting<readonly Highlight[]> = {
  key: 'live.highlights',
  fallback: NO_HIGHLIGHTS,
  read: (stored) => (Array.isArray(stored) && stored.every(isHighlight) ? stored : undefined),
};

function isHighlight(value: unknown): value is Highlight {
  if (typeof value !== 'object' || value === null) return false;
  const { text, colour } = value as Partial<Highlight>;
  return typeof text === 'string' && HIGHLIGHT_COLOURS.some((name) => name === colour);
}

const count = (n: number): string => n.toLocaleString('en-US');
const rowsText = (n: number): string => `${count(n)} ${n === 1 ? 'row' : 'rows'}`;

/** A table's rows as they come. */
export function LiveView({ tail }: { readonly tail: LiveTail }) {
  const services = useServices();
  const state = useStore(tail);
  const [newestOnTop, setNewestOnTop] = useSetting(NEWEST_ON_TOP);
  const [highlights, setHighlights] = useSetting(HIGHLIGHTS);
  const viewRef = useRef<GridView | null>(null);
  const { target, pause } = state;

  const openQuery = (): void => {
    const pipe = target.pipe.trim().replace(/^\|\s*/, '');
    const text = [nameReference(target.table), ...(pipe === '' ? [] : [pipe])].join('\n| ');
    services.commands.execute('explorer.newQuery', {
      database: target.database,
      text: `${text}\n| take 1000`,
      title: target.table,
    });
  };
  return (
    <section className="rs-pane lv-view" aria-label={`Live rows of ${target.table}`}>
      <div className="rs-bar-top lv-bar">
        <StateBadge state={state} />
        <Sparkline rates={tail.rates} />
        <span className="rs-space" />
        <Button
          size="small"
          appearance="subtle"
          icon={pause ? <PlayRegular /> : <PauseRegular />}
          onClick={() => (pause ? tail.resume('catchUp') : tail.pause('button'))}
        >
          {pause ? 'Resume' : 'Pause'}
        </Button>
        <ToggleButton
          size="small"
          appearance="subtle"
          icon={<ArrowSortDownRegular />}
          checked={newestOnTop}
          title="Newest rows on top"
          onClick={() => setNewestOnTop(!newestOnTop)}
        >
          Newest on top
        </ToggleButton>
        <HighlightsButton highlights={highlights} onChange={setHighlights} />
        <Button
          size="small"
          appearance="subtle"
          icon={<WindowNewRegular />}
          title="Open the same as a query"
          onClick={openQuery}
        >
          Open as query
        </Button>
        <Button
          size="small"
          appearance="subtle"
          icon={<DeleteRegular />}
          title="Take the rows off the screen; the table keeps them"
          onClick={tail.clear}
        >
          Clear
        </Button>
      </div>
      <FilterBox key={target.pipe} target={target} onApply={tail.setPipe} />
      {state.state === 'failed' && <Failure tail={tail} state={state} />}
      <div className="rs-body lv-body">
        <LiveGrid tail={tail} viewRef={viewRef} highlights={highlights} newestOnTop={newestOnTop} />
        {state.rows === 0 && state.state === 'running' && <Nothing filtered={target.pipe !== ''} />}
        {pause && <PausedBar tail={tail} state={state} />}
      </div>
      <Footer tail={tail} state={state} />
    </section>
  );
}

function StateBadge({ state }: { readonly state: LiveState }) {
  const { target, pause, state: phase } = state;
  const [text, colour] =
    phase === 'failed'
      ? (['Ended', 'danger'] as const)
      : pause
        ? (['Paused', 'warning'] as const)
        : phase === 'starting'
          ? (['Starting', 'informative'] as const)
          : (['Live', 'success'] as const);
  return (
    <>
      <Badge appearance="filled" color={colour} data-testid="live-state">
        {text}
      </Badge>
      <strong className="rs-title" title={`${target.database}.${target.table}`}>
        {target.table}
      </strong>
    </>
  );
}

function Nothing({ filtered }: { readonly filtered: boolean }) {
  return (
    <div className="lv-nothing">
      {filtered ? 'No row has passed the filter yet.' : 'Waiting for the first row.'}
    </div>
  );
}

/** Says that rows wait, and how many. */
function PausedBar({ tail, state }: { readonly tail: LiveTail; readonly state: LiveState }) {
  const { waiting } = state.totals;
  return (
    <div className="lv-paused" role="status">
      <span>
        Paused, {count(waiting)} new {waiting === 1 ? 'row' : 'rows'}
      </span>
      <Button
        size="small"
        appearance="primary"
        icon={<ArrowDownRegular />}
        onClick={() => tail.resume('catchUp')}
      >
        {waiting > 0 ? 'Show them' : 'Go on'}
      </Button>
      {waiting > 0 && (
        <Button size="small" onClick={() => tail.resume('skip')}>
          Skip to the end
        </Button>
      )}
    </div>
  );
}

function Failure({ tail, state }: { readonly tail: LiveTail; readonly state: LiveState }) {
  const { error, target } = state;
  return (
    <MessageBar intent="error" layout="multiline" className="lv-failure">
      <MessageBarBody>
        <strong>{error?.message ?? 'The live view ended.'}</strong> {error?.hints.join(' ')}{' '}
        <Button size="small" icon={<ArrowSyncRegular />} onClick={() => tail.setPipe(target.pipe)}>
          Try again
        </Button>
      </MessageBarBody>
    </MessageBar>
  );
}

function Footer({ tail, state }: { readonly tail: LiveTail; readonly state: LiveState }) {
  const { totals, missed, message } = state;
  const skipped = totals.skipped + totals.unread + missed;
  const held = tail.ring.rowCount;
  return (
    <footer className="rs-footer">
      <span data-testid="live-rows">
        {rowsText(held)}
        {held >= LIVE_ROWS ? ' (the newest)' : ''}
      </span>
      <span className="rs-quiet" data-testid="live-arrived">
        {rowsText(totals.arrived)} arrived
        {totals.matched !== totals.arrived ? `, ${count(totals.matched)} matched` : ''}
      </span>
      {skipped > 0 && (
        <span
          className="lv-skipped"
          data-testid="live-skipped"
          title="They are in the table. The view shows fewer rows than come when they come too fast, when you skip, or while the connection is away."
        >
          {rowsText(skipped)} skipped
        </span>
      )}
      {message !== '' && (
        <span role="alert" className="rs-error">
          {message}
        </span>
      )}
      <span className="rs-space" />
      <span className="rs-quiet" data-testid="live-stored">
        {rowsText(totals.stored)} in the table
      </span>
    </footer>
  );
}
