import { type Dynamic, type FunctionEntry, scalar, type Value } from '../define.ts';
import { isArray } from '../value/dynamic.ts';
import { firstFit, type Rule, type Rules, readRules } from './user-agent-rules.ts';

let source: (() => string) | undefined;
let rules: Rules | undefined;

/** Where the text of uap-core's rules comes from: this room reads no files. It is asked for once, when first needed. */
export function provideUserAgentRules(read: () => string): void {
  source = read;
  rules = undefined;
}

function known(): Rules {
  rules ??= readRules(source?.() ?? '');
  return rules;
}

interface Target {
  /** What `look-for` says. */
  readonly asked: string;
  /** The key in the answer. */
  readonly key: string;
  readonly rules: (all: Rules) => readonly Rule[];
  /** Field in the answer, the rules' key for it, and the group that it takes where a rule has no such key. */
  readonly fields: readonly (readonly [field: string, key: string, group: number])[];
}

/** In the order of the answer (page "parse_user_agent()"). */
const TARGETS: readonly Target[] = [
  {
    asked: 'browser',
    key: 'Browser',
    rules: (all) => all.browsers,
    fields: [
      ['Family', 'family_replacement', 1],
      ['MajorVersion', 'v1_replacement', 2],
      ['MinorVersion', 'v2_replacement', 3],
      ['Patch', 'v3_replacement', 4],
    ],
  },
  {
    asked: 'os',
    key: 'OperatingSystem',
    rules: (all) => all.systems,
    fields: [
      ['Family', 'os_replacement', 1],
      ['MajorVersion', 'os_v1_replacement', 2],
      ['MinorVersion', 'os_v2_replacement', 3],
      ['Patch', 'os_v3_replacement', 4],
      ['PatchMinor', 'os_v4_replacement', 5],
    ],
  },
  {
    asked: 'device',
    key: 'Device',
    rules: (all) => all.devices,
    fields: [
      ['Family', 'device_replacement', 1],
      ['Brand', 'brand_replacement', 0],
      ['Model', 'model_replacement', 1],
    ],
  },
];

/** More than a thousand patterns are tried, and the same few texts come again and again. */
const KEPT = 5000;
const kept = new Map<string, Dynamic>();

function parse([text, wanted]: readonly Value[]): Value {
  const asked = isArray(wanted) ? wanted : [wanted ?? null];
  const names = new Set(asked.map((name) => String(name).toLowerCase()));
  const targets = TARGETS.filter((target) => names.has(target.asked));
  if (targets.length === 0) return null;
  const agent = String(text ?? '');
  const key = `${targets.map((t) => t.asked).join()} ${agent}`;
  let found = kept.get(key);
  if (found === undefined) {
    if (kept.size >= KEPT) kept.clear();
    found = Object.fromEntries(
      targets.map((t) => [t.key, firstFit(t.rules(known()), agent, t.fields)]),
    );
    kept.set(key, found);
  }
  return found;
}

const AIR =
  '"Mozilla/5.0 (Windows; U; en-US) AppleWebKit/531.9 (KHTML, like Gecko) AdobeAIR/2.5.1"';
const NOKIA =
  '"Mozilla/5.0 (SymbianOS/9.2; U; Series60/3.1 NokiaN81-3/10.0.032 Profile/MIDP-2.0 Configuration/CLDC-1.1 ) AppleWebKit/413 (KHTML, like Gecko) Safari/4"';

export const userAgent: readonly FunctionEntry[] = [
  scalar('parse_user_agent', { coerce: false, js: { call: parse } }, [
    {
      kql: `parse_user_agent(${AIR}, "browser")`,
      result: '{"Browser":{"Family":"AdobeAIR","MajorVersion":"2","MinorVersion":"5","Patch":"1"}}',
    },
    {
      kql: `parse_user_agent(${NOKIA}, dynamic(["os", "device"]))`,
      result:
        '{"OperatingSystem":{"Family":"Symbian OS","MajorVersion":"9","MinorVersion":"2","Patch":"","PatchMinor":""},"Device":{"Family":"Nokia N81","Brand":"Nokia","Model":"N81-3"}}',
    },
    {
      kql: 'parse_user_agent("", "browser").Browser.Family',
      result: 'Other',
    },
    { kql: 'parse_user_agent("x", "engine")', result: '' },
  ]),
];
