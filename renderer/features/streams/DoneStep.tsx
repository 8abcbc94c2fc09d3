import { Button } from '@fluentui/react-components';
import { useServices } from '../../client/services.ts';
import { StateBadge } from './StateBadge.tsx';
import { Figures } from './StreamDetails.tsx';
import { ask, liveView, newestRowsQuery } from './stream-actions.ts';
import { useStream } from './stream-store.ts';
import type { SourceWizardState } from './use-source-wizard.ts';

/** The stream as it starts. */
export function DoneStep({
  wizard,
  onClose,
}: {
  readonly wizard: SourceWizardState;
  readonly onClose: () => void;
}) {
  const services = useServices();
  const { name, database, table } = wizard;
  const info = useStream(name);
  const live = liveView(services, database, table);
  const leaving = (run: () => void) => (): void => {
    onClose();
    run();
  };
  return (
    <div className="wz-report st-done">
      <h3>
        {name} fills {table}
      </h3>
      {info ? (
        <>
          <StateBadge info={info} />
          <Figures info={info} />
        </>
      ) : null}
      <p className="wz-quiet">
        It goes on while Calypso runs, and takes up where it stopped at the next start. It stands
        below {database} in the explorer, under Streams.
      </p>
      <div className="wz-row">
        {live ? (
          <Button appearance="primary" onClick={leaving(live)}>
            Open the live view
          </Button>
        ) : null}
        <Button
          appearance={live ? 'secondary' : 'primary'}
          onClick={leaving(() => ask(services, database, newestRowsQuery(table)))}
        >
          Query it
        </Button>
      </div>
    </div>
  );
}
