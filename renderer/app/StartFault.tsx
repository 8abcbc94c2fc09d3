import '../ui/tokens.css';
import './app.css';

/** Shown when the workspace could not be read at start. */
export function StartFault({ error }: { readonly error: unknown }) {
  return (
    <div className="ca-fault" role="alert">
      <h1>Calypso could not start</h1>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      <button type="button" onClick={() => window.location.reload()}>
        Try again
      </button>
    </div>
  );
}
