import { Dropdown, Field, Input, Option, Switch } from '@fluentui/react-components';
import type { Visualization } from '../../../../common/contract/values.ts';
import type { ChartDefinition, ChartRoles } from '../../../charts/chart-types.ts';
import type { ChartProperties } from '../../../charts/properties.ts';
import type { ResultView } from '../result-view.ts';

const KINDS: Readonly<Record<string, readonly string[]>> = {
  areachart: ['default', 'stacked', 'stacked100'],
  columnchart: ['default', 'stacked', 'stacked100'],
  barchart: ['default', 'stacked', 'stacked100'],
  piechart: ['pie', 'donut'],
};

/** How the chart looks. What is set here changes the picture, not the query. */
export function ChartSettings({
  view,
  visualization,
  definition,
  properties,
  roles,
}: {
  readonly view: ResultView;
  readonly visualization: Visualization;
  readonly definition: ChartDefinition;
  readonly properties: ChartProperties;
  readonly roles: ChartRoles;
}) {
  const { columns } = view.getState().result;
  const has = (name: keyof ChartProperties): boolean => definition.properties.includes(name);
  const set = (name: string, value: string): void => {
    const { [name]: _old, ...others } = visualization.properties;
    view.setChart({
      kind: visualization.kind,
      properties: value === '' ? others : { ...others, [name]: value },
    });
  };
  const one = (label: string, name: string, value: string, choices: readonly string[]) => (
    <Field label={label} size="small">
      <Dropdown
        size="small"
        value={value === '' ? 'Infer' : value}
        selectedOptions={[value]}
        onOptionSelect={(_event, data) => set(name, data.optionValue ?? '')}
        style={{ minWidth: 0 }}
      >
        <Option value="" text="Infer">
          Infer
        </Option>
        {choices.map((choice) => (
          <Option key={choice} value={choice}>
            {choice}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
  const many = (label: string, name: string, values: readonly string[]) => (
    <Field label={label} size="small">
      <Dropdown
        multiselect
        size="small"
        value={values.length === 0 ? 'None' : values.join(', ')}
        selectedOptions={[...values]}
        onOptionSelect={(_event, data) =>
          set(name, data.selectedOptions.map((n) => `["${n}"]`).join(','))
        }
        style={{ minWidth: 0 }}
      >
        {columns.map((c) => (
          <Option key={c.name} value={c.name}>
            {c.name}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
  const text = (label: string, name: keyof ChartProperties) =>
    has(name) && (
      <Field label={label} size="small">
        <Input
          size="small"
          defaultValue={properties[name] === undefined ? '' : String(properties[name])}
          onBlur={(event) => set(name, event.target.value.trim())}
          onKeyDown={(event) => {
            if (event.key === 'Enter') set(name, event.currentTarget.value.trim());
          }}
        />
      </Field>
    );
  const flag = (label: string, name: keyof ChartProperties, on: string, off: string) =>
    has(name) && (
      <Switch
        label={label}
        checked={String(properties[name] ?? off) === on}
        onChange={(_event, data) => set(name, data.checked ? on : off)}
      />
    );
  const kinds = KINDS[definition.kind];
  return (
    <aside className="ch-settings" aria-label="Format of the chart">
      {text('Title', 'title')}
      {kinds && one('Form', 'kind', properties.kind ?? '', kinds)}
      {has('xcolumn') &&
        one(
          'X column',
          'xcolumn',
          roles.x,
          columns.map((c) => c.name),
        )}
      {has('ycolumns') && many('Y columns', 'ycolumns', roles.ys)}
      {has('series') && many('Series columns', 'series', roles.series)}
      {text('X title', 'xtitle')}
      {text('Y title', 'ytitle')}
      {text('Y minimum', 'ymin')}
      {text('Y maximum', 'ymax')}
      {text('Lines at y', 'ylines')}
      {text('Lines at x', 'xlines')}
      {has('ysplit') && one('Split', 'ysplit', properties.ysplit ?? '', ['none', 'axes', 'panels'])}
      {flag('Logarithmic x', 'xaxis', 'log', 'linear')}
      {flag('Logarithmic y', 'yaxis', 'log', 'linear')}
      {flag('Running total', 'accumulate', 'true', 'false')}
      {flag('Legend', 'legend', 'visible', 'hidden')}
    </aside>
  );
}
