import {
  Dropdown,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Option,
  ProgressBar,
  ToggleButton,
  Toolbar,
  ToolbarButton,
} from '@fluentui/react-components';
import {
  ImageRegular,
  OptionsRegular,
  TableRegular,
  TooltipQuoteRegular,
  ZoomFitRegular,
} from '@fluentui/react-icons';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import '../../../charts/charts.css';
import { CardView } from '../../../charts/card/view.tsx';
import { chartDataOf } from '../../../charts/chart-data.ts';
import type { ChartTheme } from '../../../charts/chart-types.ts';
import { Legend } from '../../../charts/Legend.tsx';
import { type ChartImage, PlotlyChart } from '../../../charts/PlotlyChart.tsx';
import { CHARTS } from '../../../charts/registry.ts';
import { TableView } from '../../../charts/table/view.tsx';
import { themeOf } from '../../../charts/theme.ts';
import { useServices, useSetting } from '../../../client/services.ts';
import { SETTINGS, switchSetting } from '../../../client/settings-store.ts';
import { RefreshControl } from '../../refresh/index.ts';
import { formatOptions } from '../preferences.ts';
import { titleForFile } from '../result-title.ts';
import type { ResultView } from '../result-view.ts';
import { useActiveResultView } from '../result-views.ts';
import '../results.css';
import { ChartSettings } from './ChartSettings.tsx';
import { useChartSource } from './chart-source.ts';

const UNIFIED = switchSetting('chart.tooltipOverAllSeries', true);

/** The chart of the result in front: the one that the query renders, or any other of the same rows. */
export function ChartPane() {
  const view = useActiveResultView();
  if (!view)
    return (
      <div className="rs-pane">
        <div className="rs-message">
          <span>
            Run a query with <code>render</code>, or choose a chart for a result.
          </span>
        </div>
      </div>
    );
  return <Chart key={view.key} view={view} />;
}

/** Colours of the pane; read again when the theme changes. */
function useTheme(): [ChartTheme | undefined, (node: HTMLElement | null) => void] {
  const [node, setNode] = useState<HTMLElement | null>(null);
  const [theme, setTheme] = useState<ChartTheme>();
  const [chosen] = useSetting(SETTINGS.theme);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    if (!node) return;
    const read = (): void => setTheme(themeOf(node));
    // The new colours are on the page after the frame has been drawn again.
    const frame = requestAnimationFrame(() => requestAnimationFrame(read));
    const media = window.matchMedia('(prefers-color-scheme: dark)');
    media.addEventListener('change', read);
    read();
    return () => {
      cancelAnimationFrame(frame);
      media.removeEventListener('change', read);
    };
  }, [node, chosen]);
  return [theme, setNode];
}

function Chart({ view }: { readonly view: ResultView }) {
  const services = useServices();
  const source = useChartSource(view);
  const { definition, visualization, properties, roles, batch } = source;
  const [theme, themeRef] = useTheme();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [unified, setUnified] = useSetting(UNIFIED);
  const [asTable, setAsTable] = useState(false);
  const [formatting, setFormatting] = useState(false);
  const [drawn, setDrawn] = useState(0);
  const image = useRef<ChartImage | null>(null);
  const onDrawn = useCallback(() => setDrawn((n) => n + 1), []);

  const data = useMemo(
    () =>
      batch && definition?.view === 'plot'
        ? (definition.data ?? chartDataOf)(batch, roles)
        : undefined,
    [batch, roles, definition],
  );
  const figure = useMemo(
    () =>
      data && theme && definition
        ? definition.build(data, { properties, theme, hidden, unified })
        : undefined,
    [data, theme, definition, properties, hidden, unified],
  );
  const title = properties.title ?? titleForFile(services, view.getState().result);
  const notes = [...source.notes, ...(figure?.notes ?? [])];

  const choose = (kind: string): void => {
    setHidden(new Set());
    // A form of the kind before, such as `map`, has no meaning for another.
    const { kind: _form, ...others } = visualization.properties;
    view.setChart({ kind, properties: others });
  };
  const save = (format: 'png' | 'svg'): void => {
    image.current?.toImage(format).then(
      (url) => services.shell.download({ name: `${title}.${format}`, url }),
      (error: unknown) =>
        services.dialogs.notify({
          intent: 'error',
          title: 'The picture was not saved',
          body: String(error),
        }),
    );
  };
  const copy = (): void => {
    image.current
      ?.toImage('png')
      .then(async (url) => {
        const blob = await fetch(url).then((answer) => answer.blob());
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
        services.dialogs.notify({ intent: 'success', title: 'The picture was copied' });
      })
      .catch((error: unknown) =>
        services.dialogs.notify({
          intent: 'error',
          title: 'The picture was not copied',
          body: String(error),
        }),
      );
  };

  const showLegend =
    figure !== undefined && figure.legend.length > 1 && properties.legend !== 'hidden' && !asTable;
  return (
    <section className="rs-pane" aria-label="Chart" ref={themeRef} data-drawn={drawn}>
      <div className="rs-bar-top">
        <Dropdown
          size="small"
          aria-label="Kind of chart"
          value={definition?.label ?? visualization.kind}
          selectedOptions={[definition?.kind ?? visualization.kind]}
          onOptionSelect={(_event, option) => choose(option.optionValue ?? 'timechart')}
          style={{ minWidth: 150 }}
        >
          {CHARTS.map((chart) => (
            <Option key={chart.kind} value={chart.kind}>
              {chart.label}
            </Option>
          ))}
        </Dropdown>
        <span className="rs-quiet" style={{ paddingLeft: 8 }}>
          {notes.join(' ')}
        </span>
        <span className="rs-space" />
        <RefreshControl documentId={services.session.getState().activeId} />
        <Toolbar size="small" aria-label="Chart">
          <ToolbarButton
            icon={<ZoomFitRegular />}
            aria-label="Reset the zoom"
            title="Reset the zoom"
            onClick={() => image.current?.resetZoom()}
          />
          <ToggleButton
            size="small"
            appearance="subtle"
            icon={<TooltipQuoteRegular />}
            checked={unified}
            aria-label="One tooltip for all series"
            title="One tooltip for all series"
            onClick={() => setUnified(!unified)}
          />
          <ToggleButton
            size="small"
            appearance="subtle"
            icon={<TableRegular />}
            checked={asTable}
            aria-label="Show the data as a table"
            title="Show the data as a table"
            onClick={() => setAsTable(!asTable)}
          />
          <ToggleButton
            size="small"
            appearance="subtle"
            icon={<OptionsRegular />}
            checked={formatting}
            aria-label="Format"
            title="Format"
            onClick={() => setFormatting(!formatting)}
          />
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <ToolbarButton
                icon={<ImageRegular />}
                aria-label="Save or copy the picture"
                title="Save or copy the picture"
              />
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                <MenuItem onClick={() => save('png')}>Save as PNG</MenuItem>
                <MenuItem onClick={() => save('svg')}>Save as SVG</MenuItem>
                <MenuItem onClick={copy}>Copy the picture</MenuItem>
              </MenuList>
            </MenuPopover>
          </Menu>
        </Toolbar>
      </div>
      <div className="rs-body">
        {source.loading && !batch && (
          <ProgressBar className="rs-busy" aria-label="Reading the points" />
        )}
        <div className="ch-stage">
          {!definition && (
            <div className="rs-message">
              There is no chart named {visualization.kind}. Choose another kind above.
            </div>
          )}
          {source.error !== '' && (
            <div className="rs-message" role="alert">
              {source.error}
            </div>
          )}
          {source.error === '' && figure && !asTable && (
            <PlotlyChart
              figure={figure}
              label={describe(title, definition?.label ?? '', figure.legend.length, roles.x)}
              imageRef={image}
              onDrawn={onDrawn}
            />
          )}
          {batch && definition?.view === 'card' && (
            <CardView batch={batch} options={formatOptions(services)} />
          )}
          {batch && (definition?.view === 'table' || (asTable && definition?.view === 'plot')) && (
            <TableView batch={batch} options={formatOptions(services)} caption={title} />
          )}
        </div>
        {showLegend && <Legend entries={figure.legend} hidden={hidden} onChange={setHidden} />}
        {formatting && definition && (
          <ChartSettings
            view={view}
            visualization={visualization}
            definition={definition}
            properties={properties}
            roles={roles}
          />
        )}
      </div>
    </section>
  );
}

function describe(title: string, label: string, series: number, x: string): string {
  return `${label} of ${title}: ${series} series over ${x}. The button "Show the data as a table" gives its values.`;
}
