// Why a step was skipped, in words. The history keeps the condition as it was written; a person reads what it means.

const RECORDED = 'condition is false: ';

const RESULT = String.raw`results(?:\.(?<key>\w+)|\["(?<quoted>[^"]+)"\])(?<field>(?:\.\w+)*)`;
const VALUE = String.raw`(?<value>null|true|false|-?\d+(?:\.\d+)?|"[^"]*")`;

interface Groups {
  readonly key?: string;
  readonly quoted?: string;
  readonly field?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly input?: string;
  readonly not?: string;
}

/** What it means that a condition of this form is false. */
const forms: readonly (readonly [RegExp, (found: Groups) => string])[] = [
  [new RegExp(`^${RESULT} (?<operator>==|!=|<=|>=|<|>) ${VALUE}$`, 'v'), comparison],
  [new RegExp(String.raw`^size\(${RESULT}\) (?:>|!=) 0$`, 'v'), (found) => `${stepOf(found)} has no ${fieldOf(found) || 'result'}`],
  [new RegExp(`^(?<not>!?)${RESULT}$`, 'v'), (found) => `${subject(found)} is ${found.not === '!' ? '' : 'not '}true`],
  [/^(?<not>!?)inputs\.(?<input>\w+)$/v, ({ input = '', not }) => `the input ${input} is ${not === '!' ? 'on' : 'not on'}`],
  [/^(?<not>!?)context\.hasModel$/v, ({ not }) => (not === '!' ? 'a model is available' : 'no model is available')],
];

/** A reason without a condition, or with one of no known form, is shown as it is. */
export function skipReason(reason: string): string {
  if (!reason.startsWith(RECORDED)) return reason;
  const condition = reason.slice(RECORDED.length).trim();
  const parts = condition.split(' && ').map((part) => inWords(part.trim()));
  return parts.every((part) => part !== null) ? parts.join(', or ') : `its condition does not hold: ${condition}`;
}

function inWords(condition: string): string | null {
  for (const [form, words] of forms) {
    const found = form.exec(condition)?.groups;
    if (found) return words(found);
  }
  return null;
}

const OPPOSITE: { readonly [operator: string]: string } = {
  '==': 'is not',
  '!=': 'is',
  '>': 'is not more than',
  '<': 'is not less than',
  '>=': 'is less than',
  '<=': 'is more than',
};

function comparison(found: Groups): string {
  const { operator = '', value = '' } = found;
  if (value !== 'null') return `${subject(found)} ${OPPOSITE[operator] ?? ''} ${value}`;
  const what = fieldOf(found) || 'result';
  return operator === '!=' ? `${stepOf(found)} found no ${what}` : `${stepOf(found)} found a ${what}`;
}

const stepOf = ({ key, quoted }: Groups): string => `\`${key ?? quoted ?? ''}\``;

function subject(found: Groups): string {
  const field = fieldOf(found);
  return field === '' ? `the result of ${stepOf(found)}` : `${field} of ${stepOf(found)}`;
}

/** `.lintCommand` → `lint command` */
function fieldOf({ field = '' }: Groups): string {
  const last = field.split('.').at(-1) ?? '';
  return last
    .replaceAll(/([a-z])([A-Z])/gv, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
}
