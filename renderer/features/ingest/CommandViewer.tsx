import { Button } from '@fluentui/react-components';
import { CopyRegular } from '@fluentui/react-icons';
import { useEffect, useState } from 'react';
import { asAppError } from '../../../common/errors/app-error.ts';
import { useServices } from '../../client/services.ts';
import type { Wizard } from './use-wizard.ts';

/** The commands that do the same as the wizard. */
export function CommandViewer({ wizard }: { readonly wizard: Wizard }) {
  const { host, dialogs } = useServices();
  const [text, setText] = useState('');
  const asked = JSON.stringify(wizard.request);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same request is a new object each time
  useEffect(() => {
    if (!wizard.request) {
      setText(wizard.problem ?? '');
      return;
    }
    const controller = new AbortController();
    host.call('ingest.script', wizard.request, { signal: controller.signal }).then(
      (script) => setText(script.text),
      (error: unknown) => {
        if (!controller.signal.aborted) setText(asAppError(error).message);
      },
    );
    return () => controller.abort();
  }, [host, asked]);
  return (
    <div className="wz-preview">
      <div className="wz-row">
        <span className="wz-space" />
        <Button
          size="small"
          icon={<CopyRegular />}
          onClick={() => {
            navigator.clipboard.writeText(text).then(
              () => dialogs.notify({ intent: 'success', title: 'Copied' }),
              (error: unknown) =>
                dialogs.notify({
                  intent: 'error',
                  title: 'Nothing was copied',
                  body: String(error),
                }),
            );
          }}
        >
          Copy
        </Button>
      </div>
      <pre className="wz-script">{text}</pre>
    </div>
  );
}
