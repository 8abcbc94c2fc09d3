import { Field, Input, Select, SpinButton, Switch } from '@fluentui/react-components';
import './settings.css';
import { useEffect, useState } from 'react';
import { useServices, useSetting } from '../../client/services.ts';
import { SETTINGS, type Setting } from '../../client/settings-store.ts';
import { PageDialog } from '../../ui/PageDialog.tsx';
import { EDITOR_SETTINGS, FORMAT_SETTING } from '../editor/index.ts';

const PAGES = ['Appearance', 'Editor', 'Formatting', 'About'] as const;
type Page = (typeof PAGES)[number];

/** All options, by page. Changes take effect at once. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const [page, setPage] = useState<Page>('Appearance');
  return (
    <PageDialog title="Options" width={640} className="se-content" onClose={onClose}>
      <div role="tablist" aria-label="Pages" aria-orientation="vertical" className="se-pages">
        {PAGES.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={page === name}
            onClick={() => setPage(name)}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={page} className="se-page">
        {page === 'Appearance' ? <Appearance /> : null}
        {page === 'Editor' ? <Editor /> : null}
        {page === 'Formatting' ? <Formatting /> : null}
        {page === 'About' ? <About /> : null}
      </div>
    </PageDialog>
  );
}

function Choice<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <Field label={props.label} orientation="horizontal">
      <Select
        size="small"
        value={props.value}
        onChange={(_event, data) => {
          const chosen = props.choices.find(([value]) => value === data.value);
          if (chosen) props.onChange(chosen[0]);
        }}
      >
        {props.choices.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function NumberChoice(props: {
  readonly label: string;
  readonly setting: Setting<number>;
  readonly min: number;
  readonly max: number;
}) {
  const [value, setValue] = useSetting(props.setting);
  return (
    <Field label={props.label} orientation="horizontal">
      <SpinButton
        size="small"
        min={props.min}
        max={props.max}
        value={value}
        onChange={(_event, data) => {
          const next = data.value ?? Number(data.displayValue);
          if (next >= props.min && next <= props.max) setValue(next);
        }}
      />
    </Field>
  );
}

function SwitchChoice(props: { readonly label: string; readonly setting: Setting<boolean> }) {
  const [value, setValue] = useSetting(props.setting);
  return (
    <Field label={props.label} orientation="horizontal">
      <Switch checked={value} onChange={(_event, data) => setValue(data.checked)} />
    </Field>
  );
}

function Appearance() {
  const [theme, setTheme] = useSetting(SETTINGS.theme);
  const [zone, setZone] = useSetting(SETTINGS.timeZone);
  return (
    <>
      <Choice
        label="Theme"
        value={theme}
        choices={[
          ['system', 'As the system'],
          ['light', 'Light'],
          ['dark', 'Dark'],
          ['contrast', 'High contrast'],
        ]}
        onChange={setTheme}
      />
      <NumberChoice label="Grid font size" setting={SETTINGS.gridFontSize} min={8} max={32} />
      <Choice
        label="Show datetimes in"
        value={zone}
        choices={[
          ['UTC', 'UTC'],
          ['local', 'the time zone of this computer'],
          ...Intl.supportedValuesOf('timeZone').map((name) => [name, name] as const),
        ]}
        onChange={setZone}
      />
    </>
  );
}

function Editor() {
  const [family, setFamily] = useSetting(SETTINGS.editorFontFamily);
  return (
    <>
      <Field label="Font" orientation="horizontal">
        <Input
          size="small"
          placeholder="Cascadia Mono, Consolas…"
          value={family}
          onChange={(_event, data) => setFamily(data.value)}
        />
      </Field>
      <NumberChoice label="Font size" setting={SETTINGS.editorFontSize} min={8} max={40} />
      <SwitchChoice label="Complete while typing" setting={EDITOR_SETTINGS.completion} />
      <SwitchChoice label="Line numbers" setting={EDITOR_SETTINGS.lineNumbers} />
      <SwitchChoice label="Wrap long lines" setting={EDITOR_SETTINGS.wordWrap} />
      <SwitchChoice label="Minimap" setting={EDITOR_SETTINGS.minimap} />
    </>
  );
}

const PLACEMENTS = [
  ['newLine', 'on a new line'],
  ['smart', 'on a new line if the query has several'],
  ['none', 'where it is'],
] as const;

function Formatting() {
  const [format, setFormat] = useSetting(FORMAT_SETTING);
  return (
    <>
      <Choice
        label="Pipe"
        value={format.pipe}
        choices={PLACEMENTS}
        onChange={(pipe) => setFormat({ ...format, pipe })}
      />
      <Choice
        label="Semicolon"
        value={format.semicolon}
        choices={PLACEMENTS}
        onChange={(semicolon) => setFormat({ ...format, semicolon })}
      />
      <Choice
        label="Brackets"
        value={format.brackets}
        choices={[
          ['default', 'Default'],
          ['vertical', 'Vertical'],
          ['diagonal', 'Diagonal'],
        ]}
        onChange={(brackets) => setFormat({ ...format, brackets })}
      />
      <Choice
        label="Indent by"
        value={String(format.indent)}
        choices={[
          ['2', '2 spaces'],
          ['4', '4 spaces'],
          ['8', '8 spaces'],
        ]}
        onChange={(indent) => setFormat({ ...format, indent: Number(indent) })}
      />
      <Field label="Insert missing commas and semicolons" orientation="horizontal">
        <Switch
          checked={format.insertMissing}
          onChange={(_event, data) => setFormat({ ...format, insertMissing: data.checked })}
        />
      </Field>
    </>
  );
}

function About() {
  const { host } = useServices();
  const [rows, setRows] = useState<readonly (readonly [string, string])[]>([]);
  useEffect(() => {
    host
      .call('app.info', {})
      .then((info) =>
        setRows([
          ['Calypso', info.version],
          ['Engine', info.engine],
          ['Platform', info.platform],
          ['Data', info.dataFolder],
          ...(info.endpoint === undefined ? [] : [['Kusto endpoint', info.endpoint] as const]),
        ]),
      )
      .catch(() => setRows([['Calypso', 'The host does not answer.']]));
  }, [host]);
  return (
    <dl className="se-about">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
