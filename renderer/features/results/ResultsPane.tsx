import {
  Button,
  InteractionTag,
  InteractionTagPrimary,
  InteractionTagSecondary,
  MessageBar,
  MessageBarBody,
  ProgressBar,
  Tab,
  TabList,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useActiveRun, useServices } from '../../client/services.ts';
import type { Run } from '../../client/session-store.ts';
import type { GridView } from '../../grid/grid-view.ts';
import { RefreshControl } from '../refresh/index.ts';
import { ColumnsPanel } from './ColumnsPanel.tsx';
import { toggleCollapsed } from './columns-by-content.ts';
import { FindBar } from './FindBar.tsx';
import { registerGrid } from './open-grid.ts';
import { ResultGrid } from './ResultGrid.tsx';
import { ResultToolbar } from './ResultToolbar.tsx';
import { isNumbered, resultTitle } from './result-title.ts';
import type { ResultView, SidePanel } from './result-view.ts';
import { useActiveResultView, useView } from './result-views.ts';
import { elapsedText, StatusFooter } from './StatusFooter.tsx';
import { originOf } from './summarize/derived.ts';
import { SummarizePanel } from './summarize/SummarizePanel.tsx';
import './results.css';

/** The results of the active document's last run. */
export function ResultsPane() {
  const run = useActiveRun();
  const view = useActiveResultView();
  if (!run) return <Message text="Run a query (F5 or Shift+Enter) to see its results here." />;
  if (run.lost)
    return (
      <Message text="The engine was restarted and these results are gone. Run the query again." />
    );
  return (
    <section className="rs-pane" aria-label="Results">
      {run.state === 'running' && <Progress run={run} />}
      {run.state === 'failed' && <Failure run={run} />}
      {run.state === 'cancelled' && run.results.length === 0 && (
        <Message text="The query was cancelled." />
      )}
      {run.state === 'completed' && !view && <Message text="Done. There is no result to show." />}
      {view && <Result key={view.key} view={view} run={run} />}
    </section>
  );
}

function Message({ text }: { readonly text: string }) {
  return (
    <div className="rs-pane">
      <div className="rs-message">{text}</div>
    </div>
  );
}

function Progress({ run }: { readonly run: Run }) {
  const services = useServices();
  const [elapsed, setElapsed] = useState(Date.now() - run.startedAt);
  useEffect(() => {
    const timer = setInterval(() => setElapsed(Date.now() - run.startedAt), 250);
    return () => clearInterval(timer);
  }, [run.startedAt]);
  const { percent, stage } = run.progress;
  return (
    <div className="rs-find" role="status">
      <span>Running · {elapsedText(Math.max(0, elapsed))}</span>
      <ProgressBar
        aria-label="Progress of the query"
        style={{ width: 160 }}
        {...(percent >= 0 ? { value: percent / 100 } : {})}
      />
      <span className="rs-quiet">{stage}</span>
      <Button size="small" onClick={() => services.session.cancel(run.documentId)}>
        Cancel
      </Button>
    </div>
  );
}

function Failure({ run }: { readonly run: Run }) {
  const { error } = run;
  return (
    <MessageBar intent="error" layout="multiline" style={{ margin: 8, flex: 'none' }}>
      <MessageBarBody style={{ whiteSpace: 'pre-wrap', userSelect: 'text' }}>
        <strong>{error?.message ?? 'The query failed.'}</strong>
        {error?.span && ` (line ${error.span.line}, column ${error.span.column})`}
        {error?.hints.map((hint) => (
          <div key={hint}>{hint}</div>
        ))}
      </MessageBarBody>
    </MessageBar>
  );
}

function Result({ view, run }: { readonly view: ResultView; readonly run: Run }) {
  const services = useServices();
  const viewRef = useRef<GridView | null>(null);
  const [finding, setFinding] = useState(false);
  const side = useView(view, (s) => s.side);
  const toggle = (panel: SidePanel): void => view.setSide(side === panel ? undefined : panel);
  const busy = useView(view, (s) => s.busy) ?? false;
  const unnamed = run.results.filter((result) => isNumbered(result.name)).length;
  const find = useCallback(() => setFinding(true), []);
  useEffect(
    () => registerGrid(services, { view, focus: () => viewRef.current?.focus(), find }),
    [services, view, find],
  );
  return (
    <>
      <div className="rs-bar-top">
        {run.results.length > 1 ? (
          <TabList
            className="rs-tabs"
            size="small"
            selectedValue={view.resultId}
            onTabSelect={(_event, data) =>
              services.session.selectResult(run.documentId, String(data.value))
            }
          >
            {run.results.map((result) => (
              <Tab key={result.resultId} value={result.resultId}>
                {resultTitle(result.name, unnamed)}
              </Tab>
            ))}
          </TabList>
        ) : (
          <strong className="rs-title">{resultTitle(run.results[0]?.name ?? '', 1)}</strong>
        )}
        {originOf(view.resultId) && (
          <Button
            size="small"
            appearance="subtle"
            icon={<DismissRegular />}
            aria-label="Close this result"
            title="Close this result"
            onClick={() => services.session.removeResult(run.documentId, view.resultId)}
          />
        )}
        <span className="rs-space" />
        <RefreshControl documentId={run.documentId} />
        <ResultToolbar
          view={view}
          onFind={find}
          onColumns={() => toggle('columns')}
          onSummarize={() => toggle('summarize')}
        />
      </div>
      <Chips view={view} />
      {finding && (
        <FindBar
          view={view}
          onClose={() => {
            setFinding(false);
            viewRef.current?.focus();
          }}
        />
      )}
      <div className="rs-body">
        {busy && (
          <ProgressBar className="rs-busy" thickness="medium" aria-label="Sorting and filtering" />
        )}
        <ResultGrid view={view} viewRef={viewRef} onFind={find} />
        {side === 'columns' && <ColumnsPanel view={view} onClose={() => view.setSide(undefined)} />}
        {side === 'summarize' && (
          <SummarizePanel view={view} onClose={() => view.setSide(undefined)} />
        )}
      </div>
      <StatusFooter view={view} run={run} />
    </>
  );
}

/** Filters in force and folded columns; each can be taken away here. */
function Chips({ view }: { readonly view: ResultView }) {
  const { host } = useServices();
  const filters = useView(view, (s) => s.spec.filters) ?? [];
  const distinct = useView(view, (s) => s.spec.distinct) ?? false;
  const collapsed = useView(view, (s) => s.collapsed) ?? [];
  if (filters.length === 0 && collapsed.length === 0 && !distinct) return null;
  const columns = [...new Set(filters.map((f) => f.column))];
  return (
    <div className="rs-chips">
      {columns.map((column) => {
        const texts = filters
          .filter((f) => f.column === column)
          .map((f) => `${f.operator} ${f.values.join(', ')}`.trim());
        return (
          <InteractionTag key={column} size="small" appearance="brand">
            <InteractionTagPrimary hasSecondaryAction>
              {column} {texts.join(' and ').slice(0, 80)}
            </InteractionTagPrimary>
            <InteractionTagSecondary
              aria-label={`Remove the filter on ${column}`}
              onClick={() => view.setFilters(column, [])}
            />
          </InteractionTag>
        );
      })}
      {distinct && (
        <InteractionTag size="small" appearance="brand">
          <InteractionTagPrimary hasSecondaryAction>equal rows once</InteractionTagPrimary>
          <InteractionTagSecondary
            aria-label="Show duplicate rows again"
            onClick={() => view.setSpec({ distinct: false })}
          />
        </InteractionTag>
      )}
      {collapsed.map(({ name, value }) => (
        <InteractionTag key={name} size="small">
          <InteractionTagPrimary title="Unfold" onClick={() => void toggleCollapsed(host, view)}>
            {name}: {value.slice(0, 60)}
          </InteractionTagPrimary>
        </InteractionTag>
      ))}
    </div>
  );
}
