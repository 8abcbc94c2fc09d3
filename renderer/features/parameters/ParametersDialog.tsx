import { Button, Input, Select, Switch } from '@fluentui/react-components';
import { AddRegular, DeleteRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { parameterNames } from '../../client/prepared-text.ts';
import { useServices, useSetting } from '../../client/services.ts';
import { DEFAULT_SET, PARAMETER_SETS } from './parameter-sets.ts';
import './parameters.css';
import { PageDialog } from '../../ui/PageDialog.tsx';

/** Values that stand for `{name}` in queries, in named sets. */
export function ParametersDialog({ onClose }: { readonly onClose: () => void }) {
  const services = useServices();
  const [stored, setStored] = useSetting(PARAMETER_SETS);
  const { active, sets, enabled } = stored;
  const values = sets[active] ?? {};
  const [fresh, setFresh] = useState('');
  const used = parameterNames(services.session.active()?.text ?? '');
  const offered = used.filter((name) => !Object.hasOwn(values, name));
  const put = (next: Readonly<Record<string, string>>): void =>
    setStored({ ...stored, sets: { ...sets, [active]: next } });
  const add = (name: string): void => {
    if (/^[A-Za-z_]\w*$/.test(name) && !Object.hasOwn(values, name)) put({ ...values, [name]: '' });
    setFresh('');
  };
  const addSet = async (): Promise<void> => {
    const name = await services.dialogs.prompt({
      title: 'New parameter set',
      label: 'Name',
      value: '',
      action: 'Add',
      check: (text) =>
        text.trim() === '' || Object.hasOwn(sets, text.trim())
          ? 'A set needs a name of its own.'
          : undefined,
    });
    if (name !== undefined)
      setStored({ ...stored, active: name.trim(), sets: { ...sets, [name.trim()]: values } });
  };
  const removeSet = (): void => {
    const { [active]: _gone, ...others } = sets;
    setStored({ ...stored, active: DEFAULT_SET, sets: { [DEFAULT_SET]: {}, ...others } });
  };

  return (
    <PageDialog title="Query parameters" width={560} className="pa-content" onClose={onClose}>
      <p>
        In a query, <code>{'{name}'}</code> is replaced by the value of the parameter before the
        query is sent. All tabs share the values.
      </p>
      <div className="pa-row">
        <Select
          size="small"
          aria-label="Parameter set"
          value={active}
          onChange={(_event, data) => setStored({ ...stored, active: data.value })}
        >
          {Object.keys(sets).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
        <Button size="small" onClick={() => void addSet()}>
          New set
        </Button>
        <Button size="small" disabled={active === DEFAULT_SET} onClick={removeSet}>
          Delete set
        </Button>
        <Switch
          label="Replace in queries"
          checked={enabled}
          onChange={(_event, data) => setStored({ ...stored, enabled: data.checked })}
        />
      </div>
      <ul className="pa-list" aria-label="Parameters">
        {Object.entries(values).map(([name, value]) => (
          <li key={name}>
            <code>{name}</code>
            <Input
              size="small"
              aria-label={`Value of ${name}`}
              value={value}
              onChange={(_event, data) => put({ ...values, [name]: data.value })}
            />
            <Button
              size="small"
              appearance="subtle"
              icon={<DeleteRegular />}
              aria-label={`Delete ${name}`}
              onClick={() => {
                const { [name]: _gone, ...others } = values;
                put(others);
              }}
            />
          </li>
        ))}
      </ul>
      <div className="pa-row">
        <Input
          size="small"
          aria-label="Name of a new parameter"
          placeholder="name"
          value={fresh}
          onChange={(_event, data) => setFresh(data.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') add(fresh.trim());
          }}
        />
        <Button size="small" icon={<AddRegular />} onClick={() => add(fresh.trim())}>
          Add
        </Button>
        {offered.slice(0, 6).map((name) => (
          <Button key={name} size="small" appearance="subtle" onClick={() => add(name)}>
            {`Add {${name}}`}
          </Button>
        ))}
      </div>
    </PageDialog>
  );
}
