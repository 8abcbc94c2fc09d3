import { useStore } from 'zustand';
import { useActiveRun, useServices, useSession } from '../../client/services.ts';
import { problemsStore } from './problems-store.ts';

const SEVERITIES = {
  error: 'Error',
  warning: 'Warning',
  suggestion: 'Suggestion',
  information: 'Note',
} as const;

/** The error of the last run, and everything that is marked in the document. */
export function ProblemsPane() {
  const { editor } = useServices();
  const documentId = useSession((s) => s.activeId);
  const run = useActiveRun();
  const problems = useStore(problemsStore, (s) => s.byDocument[documentId]) ?? [];
  const error = run?.error;
  return (
    <div className="ca-problems">
      {error ? (
        <div className="ca-run-fault" role="alert">
          <strong>The query failed.</strong> <code>{error.code}</code>
          <p>{error.message}</p>
          {error.hints.map((hint) => (
            <p key={hint}>{hint}</p>
          ))}
        </div>
      ) : null}
      {problems.length === 0 ? (
        error ? null : (
          <p className="ca-empty">No problems in this document.</p>
        )
      ) : (
        <table aria-label="Problems">
          <tbody>
            {problems.map((problem) => (
              <tr
                key={`${problem.span.start} ${problem.code} ${problem.message}`}
                data-severity={problem.severity}
                tabIndex={0}
                onClick={() => editor.reveal(problem.span.start)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter') editor.reveal(problem.span.start);
                }}
              >
                <td>{SEVERITIES[problem.severity]}</td>
                <td>{problem.message}</td>
                <td>{problem.code}</td>
                <td>
                  line {problem.span.line}, {problem.span.column}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
