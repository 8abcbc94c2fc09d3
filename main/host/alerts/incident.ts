import type {
  AlertCondition,
  AlertDefinition,
  AlertEvent,
} from '../../../common/contract/alerts.ts';

/** What an answer says: a find, none, or a value between the two limits. */
export type Finding = 'found' | 'none' | 'between';

/** What is known from one evaluation to the next. Times are milliseconds since 1970. */
export interface IncidentState {
  /** '' outside of an incident. */
  readonly incident: string;
  readonly since: number;
  readonly toldAt: number;
  /** Finds, or answers that are none, one after the other. */
  readonly finds: number;
  readonly misses: number;
}

export const QUIET: IncidentState = { incident: '', since: 0, toldAt: 0, finds: 0, misses: 0 };

/** What the rows of an answer mean. A value that isn't there is no find. */
export function judge(condition: AlertCondition, rows: number, value: number | null): Finding {
  switch (condition.kind) {
    case 'rows':
      return rows > condition.above ? 'found' : 'none';
    case 'fewRows':
      return rows < condition.below ? 'found' : 'none';
    case 'value': {
      if (value === null) return 'none';
      const { is, limit, back = limit } = condition;
      const beyond = (edge: number): boolean => (is === 'above' ? value > edge : value < edge);
      if (beyond(limit)) return 'found';
      return beyond(back) ? 'between' : 'none';
    }
  }
}

type Rules = Pick<AlertDefinition, 'fireAfter' | 'resolveAfter' | 'repeatSeconds' | 'tellEnd'>;

export interface Step {
  readonly state: IncidentState;
  /** What is to be told, and of which incident. */
  readonly tell?: { readonly kind: AlertEvent['kind']; readonly incident: string };
}

/** One evaluation: an incident begins, lasts or ends. `newId` names one that begins. */
export function step(
  state: IncidentState,
  finding: Finding,
  rules: Rules,
  now: number,
  newId: () => string,
): Step {
  const { incident } = state;
  if (finding === 'between') return { state: { ...state, finds: 0, misses: 0 } };
  if (finding === 'found') {
    const finds = state.finds + 1;
    const met = { ...state, finds, misses: 0 };
    if (incident === '') {
      if (finds < rules.fireAfter) return { state: met };
      const begun = newId();
      return {
        state: { ...met, incident: begun, since: now, toldAt: now },
        tell: { kind: 'fired', incident: begun },
      };
    }
    const again =
      rules.repeatSeconds !== undefined && now >= state.toldAt + rules.repeatSeconds * 1_000;
    return again
      ? { state: { ...met, toldAt: now }, tell: { kind: 'repeated', incident } }
      : { state: met };
  }
  const misses = state.misses + 1;
  if (incident === '' || misses < rules.resolveAfter)
    return { state: { ...state, finds: 0, misses } };
  return { state: QUIET, ...(rules.tellEnd ? { tell: { kind: 'resolved', incident } } : {}) };
}
