import { Button, Input } from '@fluentui/react-components';
import { DismissRegular, FilterRegular } from '@fluentui/react-icons';
import { useEffect, useState } from 'react';
import { type AppError, asAppError } from '../../../common/errors/app-error.ts';
import { useServices } from '../../client/services.ts';
import type { LiveTarget } from './live-tail.ts';

const CHECK_MS = 300;

/** The standing query: checked while it is typed, in force after Enter. */
export function FilterBox({
  target,
  onApply,
}: {
  readonly target: LiveTarget;
  readonly onApply: (pipe: string) => void;
}) {
  const { host } = useServices();
  const [text, setText] = useState(target.pipe);
  const [error, setError] = useState<AppError>();
  const { database, table, pipe } = target;

  useEffect(() => {
    if (text.trim() === pipe.trim()) {
      setError(undefined);
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      host.call('live.check', { database, table, pipe: text }, { signal: controller.signal }).then(
        () => setError(undefined),
        (thrown: unknown) => {
          if (!controller.signal.aborted) setError(asAppError(thrown));
        },
      );
    }, CHECK_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [host, database, table, text, pipe]);

  const apply = (next: string): void => {
    host.call('live.check', { database, table, pipe: next }).then(
      () => {
        setError(undefined);
        onApply(next);
      },
      (thrown: unknown) => setError(asAppError(thrown)),
    );
  };
  const pending = text.trim() !== pipe.trim();
  return (
    <div className="lv-filter">
      <Input
        size="small"
        className="lv-filter-text"
        aria-label="Standing query"
        aria-invalid={error !== undefined}
        placeholder={'Filter new rows with KQL: where level == "error" | project-away details'}
        contentBefore={<FilterRegular />}
        contentAfter={
          text === '' ? null : (
            <Button
              size="small"
              appearance="transparent"
              icon={<DismissRegular />}
              aria-label="Show all rows"
              onClick={() => {
                setText('');
                apply('');
              }}
            />
          )
        }
        value={text}
        onChange={(_event, data) => setText(data.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply(text);
          else if (event.key === 'Escape') setText(pipe);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <Button size="small" disabled={!pending || error !== undefined} onClick={() => apply(text)}>
        Apply
      </Button>
      {error && <Problem text={text} error={error} />}
    </div>
  );
}

/** What is wrong, under the place where it is. */
function Problem({ text, error }: { readonly text: string; readonly error: AppError }) {
  const { span } = error;
  const start = Math.min(span?.start ?? 0, text.length);
  const end = Math.min(text.length, start + Math.max(1, span?.length ?? 0));
  return (
    <div className="lv-problem" role="alert">
      {span && (
        <code>
          {text.slice(0, start)}
          <mark>{text.slice(start, end) || ' '}</mark>
          {text.slice(end)}
        </code>
      )}
      <span>
        {span && `Column ${span.column}: `}
        {error.message} {error.hints[0]}
      </span>
    </div>
  );
}
