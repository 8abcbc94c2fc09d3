import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components';
import { Fragment, type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { ConfirmRequest, OpenDialog, PromptRequest } from '../client/dialogs.ts';
import { useServices } from '../client/services.ts';

/** Draws the questions that features ask. */
export function DialogHost() {
  const { dialogs } = useServices();
  const open = useStore(dialogs, (s) => s.open);
  return (
    <>
      {open.map(({ id, content }) => (
        <Fragment key={id}>{drawn(content)}</Fragment>
      ))}
    </>
  );
}

function drawn(content: OpenDialog['content']): ReactNode {
  switch (content.kind) {
    case 'confirm':
      return <Confirm request={content.request} answer={content.answer} />;
    case 'prompt':
      return <Prompt request={content.request} answer={content.answer} />;
    case 'custom':
      return content.render();
  }
}

function Confirm(props: {
  readonly request: ConfirmRequest;
  readonly answer: (yes: boolean) => void;
}) {
  const { request, answer } = props;
  return (
    <Dialog open modalType="alert" onOpenChange={() => answer(false)}>
      <DialogSurface aria-describedby={undefined} style={{ maxWidth: 440 }}>
        <DialogBody>
          <DialogTitle>{request.title}</DialogTitle>
          <DialogContent>{request.body}</DialogContent>
          <DialogActions>
            <Button
              appearance="primary"
              onClick={() => answer(true)}
              {...(request.danger
                ? { style: { background: 'var(--ca-error)', color: 'var(--ca-bg)' } }
                : {})}
            >
              {request.action}
            </Button>
            <Button onClick={() => answer(false)}>Cancel</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function Prompt(props: {
  readonly request: PromptRequest;
  readonly answer: (value: string | undefined) => void;
}) {
  const { request, answer } = props;
  const [value, setValue] = useState(request.value);
  const problem = request.check?.(value);
  return (
    <Dialog open onOpenChange={() => answer(undefined)}>
      <DialogSurface aria-describedby={undefined} style={{ maxWidth: 440 }}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (problem === undefined) answer(value);
          }}
        >
          <DialogBody>
            <DialogTitle>{request.title}</DialogTitle>
            <DialogContent>
              <Field
                label={request.label}
                {...(problem === undefined
                  ? {}
                  : { validationMessage: problem, validationState: 'error' as const })}
              >
                <Input
                  value={value}
                  onChange={(_event, data) => setValue(data.value)}
                  onFocus={(event) => event.target.select()}
                />
              </Field>
            </DialogContent>
            <DialogActions>
              <Button type="submit" appearance="primary" disabled={problem !== undefined}>
                {request.action}
              </Button>
              <Button onClick={() => answer(undefined)}>Cancel</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
