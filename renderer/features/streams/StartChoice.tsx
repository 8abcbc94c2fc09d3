import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import type { StreamStart } from '../../../common/contract/stream.ts';

/** A choice of where to begin; `time` is what a `datetime-local` field holds, in UTC. */
export interface StartValue {
  readonly from: 'earliest' | 'latest' | 'time';
  readonly time: string;
}

export function startOf({ from, time }: StartValue): StreamStart | undefined {
  if (from !== 'time') return { from };
  const at = new Date(`${time}Z`);
  return Number.isNaN(at.getTime()) ? undefined : { from, time: at.toISOString() };
}

const LABELS: Readonly<Record<StartValue['from'], string>> = {
  earliest: 'The earliest record',
  latest: 'What comes from now on',
  time: 'Since a time (UTC)',
};

/** Where a stream begins to read. */
export function StartChoice({
  label,
  starts,
  value,
  onChange,
}: {
  readonly label: string;
  readonly starts: readonly StartValue['from'][];
  readonly value: StartValue;
  readonly onChange: (value: StartValue) => void;
}) {
  return (
    <Field label={label} size="small">
      <RadioGroup
        value={value.from}
        onChange={(_event, data) => {
          const from = starts.find((start) => start === data.value);
          if (from) onChange({ ...value, from });
        }}
      >
        {starts.map((from) => (
          <Radio key={from} value={from} label={LABELS[from]} />
        ))}
      </RadioGroup>
      {value.from === 'time' ? (
        <Input
          size="small"
          type="datetime-local"
          step={1}
          aria-label="Time (UTC)"
          value={value.time}
          onChange={(_event, data) => onChange({ ...value, time: data.value })}
        />
      ) : null}
    </Field>
  );
}
