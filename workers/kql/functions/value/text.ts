import type { KqlType } from '../../../../common/types/kql-type.ts';
import { formatDatetime, formatTimespan } from '../../../../common/types/ticks.ts';
import type { Value } from '../define.ts';
import { printDynamic, realText } from './dynamic.ts';

export { realText };

/** Digits of a decimal without the zeros that a fixed scale adds. */
export function decimalText(text: string): string {
  if (!text.includes('.')) return text;
  const cut = text.replace(/\.?0+$/, '');
  return cut === '' || cut === '-' || cut === '-0' ? '0' : cut;
}

/** KQL's `tostring` of a value; "" for null. */
export function textOf(value: Value, type: KqlType): string {
  if (value === null) return '';
  switch (type) {
    case 'datetime':
      return formatDatetime(value as bigint);
    case 'timespan':
      return formatTimespan(value as bigint);
    case 'decimal':
      return decimalText(String(value));
    case 'int':
      return String(value);
    case 'real':
      return realText(Number(value));
    case 'bool':
      return value === true ? 'True' : 'False';
    default:
      return dynamicText(value);
  }
}

/** `tostring` of a dynamic: a string as it is, everything else as JSON (a bool with a small letter). */
export function dynamicText(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return realText(value);
  return printDynamic(value);
}
