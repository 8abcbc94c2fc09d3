import { Button, Checkbox, SearchBox, Spinner } from '@fluentui/react-components';
import { ChevronDownRegular, ChevronRightRegular } from '@fluentui/react-icons';
import { Fragment, useState } from 'react';
import type { TopicInfo } from '../../../common/contract/stream.ts';
import { formatCount } from '../../ui/numbers.ts';
import { namesOf } from './kinds/source-kind.ts';
import type { SourceWizardState } from './use-source-wizard.ts';

/** What a topic holds now. */
export const heldBy = ({ partitions }: TopicInfo): number =>
  partitions.reduce((sum, p) => sum + Number(BigInt(p.high) - BigInt(p.low)), 0);

/** Tries the connection and lists what is there; what is ticked goes into the form's field. */
export function TopicBrowser({ wizard }: { readonly wizard: SourceWizardState }) {
  const { kind, values, topics, busy } = wizard;
  const { browse } = kind;
  const [filter, setFilter] = useState('');
  const [internal, setInternal] = useState(false);
  const [open, setOpen] = useState<string>();
  if (!browse) return null;
  const chosen = namesOf(values[browse.field]);
  const toggle = (name: string): void =>
    wizard.setValue(
      browse.field,
      (chosen.includes(name) ? chosen.filter((c) => c !== name) : [...chosen, name]).join('\n'),
    );
  const shown = (topics ?? []).filter(
    (t) =>
      (internal || !t.name.startsWith('__')) && t.name.toLowerCase().includes(filter.toLowerCase()),
  );
  const hidden = (topics ?? []).filter((t) => t.name.startsWith('__')).length;
  return (
    <section className="st-browser" aria-label={`Browse ${browse.what}`}>
      <div className="wz-row">
        <Button
          appearance={topics ? 'secondary' : 'primary'}
          disabled={busy !== ''}
          onClick={wizard.browse}
        >
          {topics ? 'Refresh' : `Connect and list ${browse.what}`}
        </Button>
        {busy === '' ? null : <Spinner size="tiny" label={busy} />}
        <span className="wz-space" />
        {topics ? (
          <SearchBox
            size="small"
            placeholder={`Filter ${formatCount(topics.length - hidden)} ${browse.what}`}
            aria-label={`Filter the ${browse.what}`}
            value={filter}
            onChange={(_event, data) => setFilter(data.value)}
          />
        ) : null}
      </div>
      {topics ? (
        <div className="wz-preview">
          <table className="st-topics" aria-label={`The ${browse.what}`}>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Partitions</th>
                <th scope="col">Records held</th>
                <th scope="col">Groups</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((topic) => (
                <Fragment key={topic.name}>
                  <tr>
                    <td>
                      <span className="st-topic">
                        <Button
                          size="small"
                          appearance="transparent"
                          icon={
                            open === topic.name ? <ChevronDownRegular /> : <ChevronRightRegular />
                          }
                          aria-label={`Partitions and groups of ${topic.name}`}
                          aria-expanded={open === topic.name}
                          onClick={() => setOpen(open === topic.name ? undefined : topic.name)}
                        />
                        <Checkbox
                          size="medium"
                          label={topic.name}
                          checked={chosen.includes(topic.name)}
                          onChange={() => toggle(topic.name)}
                        />
                      </span>
                    </td>
                    <td className="wz-number">{topic.partitions.length}</td>
                    <td className="wz-number">{formatCount(heldBy(topic))}</td>
                    <td className="wz-number">{topic.groups.length}</td>
                  </tr>
                  {open === topic.name ? (
                    <tr>
                      <td colSpan={4}>
                        <TopicParts topic={topic} />
                      </td>
                    </tr>
                  ) : null}
                </Fragment>
              ))}
            </tbody>
          </table>
          {shown.length === 0 ? <p className="wz-note">No {browse.what} match.</p> : null}
        </div>
      ) : (
        <div className="st-invite">
          <p>
            Connect to see the {browse.what}, their partitions and who reads them. Nothing is taken
            in.
          </p>
        </div>
      )}
      {hidden > 0 ? (
        <Checkbox
          size="medium"
          label={`Show ${hidden} internal ${browse.what}`}
          checked={internal}
          onChange={(_event, data) => setInternal(data.checked === true)}
        />
      ) : null}
    </section>
  );
}

function TopicParts({ topic }: { readonly topic: TopicInfo }) {
  return (
    <div className="st-parts">
      <table aria-label={`Partitions of ${topic.name}`}>
        <thead>
          <tr>
            {['Partition', 'First offset', 'Next offset', 'Leader'].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {topic.partitions.map((p) => (
            <tr key={p.partition}>
              <td className="wz-number">{p.partition}</td>
              <td className="wz-number">{p.low}</td>
              <td className="wz-number">{p.high}</td>
              <td className="wz-number">{p.leader < 0 ? 'none' : p.leader}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {topic.groups.length > 0 ? (
        <table aria-label={`Groups that read ${topic.name}`}>
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col">Lag</th>
            </tr>
          </thead>
          <tbody>
            {topic.groups.map((g) => (
              <tr key={g.group}>
                <td>{g.group}</td>
                <td className="wz-number">{formatCount(g.lag)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="wz-quiet">No group reads it.</p>
      )}
    </div>
  );
}
