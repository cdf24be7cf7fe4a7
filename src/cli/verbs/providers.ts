// `cas providers …`: which can be called, how they do, and whether one answers.

import { percent } from '#base/figures.ts';
import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, textOption } from '#cli/options.ts';
import { formatDuration, formatTime, plural, printable, table } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';
import { dollars } from '#core/llm/budget/limit.ts';
import type { ProviderHealth, ProviderView } from '#protocol/provider.ts';

export async function list({ api, output }: Session): Promise<number> {
  const providers = await api.call('providers.list');
  if (output.json) output.value(providers);
  else table(providers.map(providerRow), output.columns).forEach((row) => output.line(row));
  return exitCodes.ok;
}

function providerRow({ id, available, defaultModel, price }: ProviderView): readonly string[] {
  const rate = (usd: number): string => `$${usd}`;
  const cost =
    price === null
      ? 'price unknown'
      : `${rate(price.inputUsdPerMTok)} in, ${rate(price.outputUsdPerMTok)} out per million tokens (${printable(price.source)}${price.date === null ? '' : `, ${price.date}`})`;
  return [id, available ? 'ready' : 'not set up', printable(defaultModel), defaultModel === '' ? '' : cost];
}

export async function health({ api, output }: Session): Promise<number> {
  const all = (await api.call('providers.list')).flatMap((provider) => provider.health);
  if (output.json) output.value(all);
  else if (all.length === 0) output.line('No calls in the last five minutes.');
  else table(all.map(healthRow), output.columns).forEach((row) => output.line(row));
  return exitCodes.ok;
}

function healthRow(one: ProviderHealth): readonly string[] {
  const errors = one.errorRate === null ? 'no calls' : `${percent(one.errorRate, 1)} errors of ${plural(one.calls, 'call')}`;
  const times = one.p50Ms === null ? 'none succeeded' : `p50 ${formatDuration(one.p50Ms)}, p95 ${formatDuration(one.p95Ms ?? one.p50Ms)}`;
  const aside = one.setAsideUntil === null ? '' : `set aside, tried again ${formatTime(one.setAsideUntil)}`;
  return [
    `${one.provider}/${printable(one.model)}`,
    `key ${one.credential}`,
    times,
    errors,
    `${one.callsPerMinute}/min`,
    `circuit ${one.breaker}`,
    aside,
  ];
}

export async function test({ api, output }: Session, options: Options, [provider = '']: readonly string[]): Promise<number> {
  const model = textOption(options, 'model');
  const result = await api.call('providers.test', { provider, ...(model !== '' && { model }) });
  const { ok, durationMs, inputTokens, outputTokens, costMicroUsd, error } = result;
  if (output.json) output.value(result);
  else if (ok) {
    const used = inputTokens === null || outputTokens === null ? 'use not reported' : `${inputTokens} + ${outputTokens} tokens`;
    const cost = costMicroUsd === null ? 'price unknown' : dollars(costMicroUsd);
    output.line(`${result.provider}/${printable(result.model)} answered in ${formatDuration(durationMs)}: ${used}, ${cost}.`);
  } else output.line(`${result.provider}/${printable(result.model)}: ${printable(error?.message ?? 'no answer')} (${error?.code ?? ''})`);
  return ok ? exitCodes.ok : exitCodes.failed;
}
