import { Button, ProgressBar } from '@fluentui/react-components';
import { CheckmarkCircleFilled } from '@fluentui/react-icons';
import type { IngestReport } from '../../../common/contract/ingest.ts';
import { nameReference } from '../../../common/text/kql-literal.ts';
import { useServices } from '../../client/services.ts';
import { formatBytes, formatCount, formatDuration } from '../../ui/numbers.ts';
import { newDocument } from '../documents/index.ts';
import type { Wizard } from './use-wizard.ts';

function timeLeft(seconds: number): string {
  if (seconds < 0) return '';
  if (seconds < 60) return `about ${Math.ceil(seconds)} s left`;
  return `about ${Math.ceil(seconds / 60)} min left`;
}

/** Progress while the import runs, then what came of it. */
export function SummaryStep({
  wizard,
  onClose,
}: {
  readonly wizard: Wizard;
  readonly onClose: () => void;
}) {
  const { report, progress } = wizard;
  if (report) return <Report report={report} onClose={onClose} />;
  if (!wizard.running) return null;
  const share =
    progress && progress.bytesTotal > 0 ? progress.bytesRead / progress.bytesTotal : undefined;
  return (
    <div className="wz-center" role="status">
      <p>
        Importing into <strong>{wizard.table}</strong>
        {progress ? ` from ${progress.file}` : ''}
      </p>
      <ProgressBar
        aria-label="Importing"
        style={{ width: 380 }}
        {...(share === undefined ? {} : { value: share })}
      />
      {progress && (
        <p className="wz-quiet">
          {formatCount(progress.rows)} rows, {formatBytes(progress.bytesRead)}
          {progress.bytesTotal > 0 ? ` of ${formatBytes(progress.bytesTotal)}` : ''}
          {progress.secondsLeft >= 0 ? `, ${timeLeft(progress.secondsLeft)}` : ''}
        </p>
      )}
    </div>
  );
}

function Report({
  report,
  onClose,
}: {
  readonly report: IngestReport;
  readonly onClose: () => void;
}) {
  const services = useServices();
  const query = (text: string): void => {
    onClose();
    const document = newDocument(services, { text, database: report.database });
    void services.session.run(document.id, { text, offset: 0, database: report.database });
    services.panes.reveal('results');
  };
  const facts: readonly (readonly [string, string])[] = [
    ['Rows', formatCount(report.rows)],
    ['Read', formatBytes(report.bytesRead)],
    ['Time', formatDuration(report.elapsedMs)],
    ['Rejected cells', formatCount(report.rejectedCells)],
  ];
  const { errorTable } = report;
  return (
    <div className="wz-report">
      <h3>
        <CheckmarkCircleFilled className="wz-ok" aria-hidden="true" /> {formatCount(report.rows)}{' '}
        rows are in {report.table}
      </h3>
      <dl className="wz-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {report.widened.map((w) => (
        <p key={w.column} className="wz-note">
          Column {w.column} was widened from {w.from} to {w.to}.
        </p>
      ))}
      {report.notes.map((note) => (
        <p key={note} className="wz-note">
          {note}
        </p>
      ))}
      <div className="wz-row">
        <Button
          appearance="primary"
          onClick={() => query(`${nameReference(report.table)}\n| take 100`)}
        >
          Query it
        </Button>
        {errorTable !== undefined && (
          <Button onClick={() => query(`${nameReference(errorTable)}\n| take 100`)}>
            Query the rejected cells
          </Button>
        )}
      </div>
      {report.rejected.length > 0 && (
        <div className="wz-preview">
          <table>
            <caption>
              Rejected cells, the first {formatCount(report.rejected.length)} of{' '}
              {formatCount(report.rejectedCells)}
            </caption>
            <thead>
              <tr>
                {['File', 'Row', 'Column', 'Value', 'Reason'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {report.rejected.slice(0, 500).map((cell) => (
                <tr key={`${cell.file}:${cell.row}:${cell.column}`}>
                  <td>{cell.file}</td>
                  <td className="wz-number">{formatCount(cell.row)}</td>
                  <td>{cell.column}</td>
                  <td>{cell.value.slice(0, 200)}</td>
                  <td>{cell.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
