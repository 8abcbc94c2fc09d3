import { Button, ProgressBar } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Job } from '../../common/contract/workspace.ts';
import { useServices } from '../client/services.ts';

/** What the host is doing or has done: imports, exports, merges, newest first. */
export function JobsPane() {
  const { host } = useServices();
  const { generation } = useStore(host.status);
  const [jobs, setJobs] = useState<readonly Job[]>([]);

  useEffect(() => {
    void generation;
    host
      .call('jobs.list', {})
      .then((answer) => setJobs(answer.jobs))
      .catch(() => {});
    return host.on('jobs.changed', ({ job }) =>
      setJobs((now) => {
        const at = now.findIndex((other) => other.id === job.id);
        return at < 0 ? [job, ...now] : now.with(at, job);
      }),
    );
  }, [host, generation]);

  if (jobs.length === 0)
    return <p className="ca-empty">Imports, exports and merges are listed here.</p>;
  return (
    <div className="ca-problems">
      <table aria-label="Jobs">
        <tbody>
          {jobs.map((job) => (
            <tr key={job.id} data-severity={job.state === 'failed' ? 'error' : undefined}>
              <td>{job.state}</td>
              <td>
                {job.title}
                {job.detail === '' ? '' : ` — ${job.detail}`}
                {job.state === 'running' ? (
                  <ProgressBar
                    thickness="large"
                    {...(job.progress < 0 ? {} : { value: job.progress })}
                    aria-label={job.title}
                  />
                ) : null}
              </td>
              <td>{job.startedAt.slice(11, 19)}</td>
              <td>
                {job.state === 'running' ? (
                  <Button
                    size="small"
                    onClick={() => void host.call('jobs.cancel', { id: job.id }).catch(() => {})}
                  >
                    Cancel
                  </Button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
