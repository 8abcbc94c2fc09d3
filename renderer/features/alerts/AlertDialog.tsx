import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Dropdown,
  Field,
  Input,
  Option,
  Textarea,
} from '@fluentui/react-components';
import { useState } from 'react';
import type { AlertDefinition } from '../../../common/contract/alerts.ts';
import type { HostContract } from '../../../common/contract/host.ts';
import type { ParamsOf } from '../../../common/contract/rpc.ts';
import { asAppError } from '../../../common/errors/app-error.ts';
import { useServices } from '../../client/services.ts';
import { askForNotifications } from './notices.ts';
import './alerts.css';

type Given = ParamsOf<HostContract, 'alerts.save'>['definition'];

const CHECKS = [
  { value: 'arrival', label: 'When rows arrive', trigger: { on: 'arrival' } },
  { value: '10', label: 'Every 10 s', trigger: { on: 'interval', seconds: 10 } },
  { value: '60', label: 'Every minute', trigger: { on: 'interval', seconds: 60 } },
  { value: '300', label: 'Every 5 min', trigger: { on: 'interval', seconds: 300 } },
  { value: '3600', label: 'Every hour', trigger: { on: 'interval', seconds: 3_600 } },
] as const satisfies readonly { value: string; label: string; trigger: Given['trigger'] }[];

const SEVERITIES: readonly AlertDefinition['severity'][] = ['info', 'warning', 'error'];

/** Makes an alert of a query: it tells when the query finds rows. */
export function AlertDialog({
  database,
  query,
  onClose,
}: {
  readonly database: string;
  readonly query: string;
  readonly onClose: () => void;
}) {
  const { host, dialogs } = useServices();
  const [name, setName] = useState('');
  const [text, setText] = useState(query);
  const [above, setAbove] = useState('0');
  const [check, setCheck] = useState<string>('60');
  const [severity, setSeverity] = useState<AlertDefinition['severity']>('warning');
  const [message, setMessage] = useState('');
  const [notify, setNotify] = useState(true);
  const [webhook, setWebhook] = useState('');
  const [said, setSaid] = useState<{ readonly text: string; readonly bad: boolean }>();
  const [busy, setBusy] = useState(false);

  const chosen = CHECKS.find(({ value }) => value === check) ?? CHECKS[2];
  const definition = (): Given => ({
    name: name.trim() === '' ? 'test' : name.trim(),
    database,
    query: text,
    condition: { kind: 'rows', above: Number(above) },
    trigger: chosen.trigger,
    severity,
    message,
    notify,
    ...(webhook.trim() === '' ? {} : { webhook: { url: webhook.trim() } }),
  });
  const attempt = (work: () => Promise<void>): void => {
    setBusy(true);
    work()
      .catch((error: unknown) => setSaid({ text: asAppError(error).message, bad: true }))
      .finally(() => setBusy(false));
  };
  const test = (): void =>
    attempt(async () => {
      const { found, event } = await host.call('alerts.test', { definition: definition() });
      const rows = event.rows.toLocaleString('en-US');
      setSaid({
        text: `${found ? 'It would tell' : 'It would not tell'}: ${rows} rows.`,
        bad: false,
      });
    });
  const save = (): void =>
    attempt(async () => {
      if (notify) await askForNotifications();
      await host.call('alerts.save', { definition: definition() });
      dialogs.notify({ intent: 'success', title: `${name.trim()} watches from now on.` });
      onClose();
    });
  const wrong = !/^\d+$/.test(above);
  return (
    <Dialog open onOpenChange={(_event, data) => !data.open && onClose()}>
      <DialogSurface aria-describedby={undefined} style={{ maxWidth: 640 }}>
        <DialogBody>
          <DialogTitle>Make an alert</DialogTitle>
          <DialogContent className="al-form">
            <Field label="Name" required>
              <Input value={name} onChange={(_e, data) => setName(data.value)} autoFocus />
            </Field>
            <Field label={`Query on ${database}`}>
              <Textarea
                className="al-query"
                rows={5}
                resize="vertical"
                value={text}
                onChange={(_e, data) => setText(data.value)}
              />
            </Field>
            <div className="al-row">
              <Field
                label="Tells when it finds more rows than"
                {...(wrong ? { validationMessage: 'A whole number, 0 or more.' } : {})}
              >
                <Input value={above} onChange={(_e, data) => setAbove(data.value)} />
              </Field>
              <Field label="Looks">
                <Dropdown
                  value={chosen.label}
                  selectedOptions={[chosen.value]}
                  onOptionSelect={(_e, data) => setCheck(data.optionValue ?? '60')}
                >
                  {CHECKS.map(({ value, label }) => (
                    <Option key={value} value={value}>
                      {label}
                    </Option>
                  ))}
                </Dropdown>
              </Field>
              <Field label="Severity">
                <Dropdown
                  value={severity}
                  selectedOptions={[severity]}
                  onOptionSelect={(_e, data) =>
                    setSeverity(SEVERITIES.find((s) => s === data.optionValue) ?? 'warning')
                  }
                >
                  {SEVERITIES.map((s) => (
                    <Option key={s}>{s}</Option>
                  ))}
                </Dropdown>
              </Field>
            </div>
            <Field label="Message" hint="{rows} and {column} stand for what was found.">
              <Input value={message} onChange={(_e, data) => setMessage(data.value)} />
            </Field>
            <Field label="Webhook" hint="Gets each event as JSON; leave empty for none.">
              <Input
                type="url"
                value={webhook}
                onChange={(_e, data) => setWebhook(data.value)}
                placeholder="https://"
              />
            </Field>
            <Checkbox
              label="Notify on this desktop"
              checked={notify}
              onChange={(_e, data) => setNotify(data.checked === true)}
            />
            {said && (
              <div role={said.bad ? 'alert' : 'status'} className={said.bad ? 'rs-error' : ''}>
                {said.text}
              </div>
            )}
          </DialogContent>
          <DialogActions>
            <Button disabled={busy || wrong} onClick={test}>
              Try it
            </Button>
            <Button
              appearance="primary"
              disabled={busy || wrong || name.trim() === ''}
              onClick={save}
            >
              Make the alert
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
