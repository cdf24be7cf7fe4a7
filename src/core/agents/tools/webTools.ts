// web.fetch and web.search. What comes back is untrusted: from then on data leaves this machine only with a yes.

import { z } from 'zod';
import type { Action } from '#core/agents/approval/action.ts';
import { htmlToText } from '#core/agents/tools/htmlText.ts';
import { asData, benchOf, defineTool } from '#core/agents/tools/tool.ts';
import { badUrlError, searchFailedError } from '#core/agents/tools/toolErrors.ts';
import type { ToolHost } from '#core/toolPorts.ts';

const MAX_RESULTS = 10;
const SEARCH_KEY = 'CAS_WEB_SEARCH_KEY';

const urlArg = z.string().min(1).max(2_000).describe('An http or https address.');

export const webFetch = defineTool<{ url: string }>({
  id: 'web.fetch',
  description: 'Fetches a page from the web as text. Only public addresses; a redirect to another host is told, not followed.',
  args: z.object({ url: urlArg }),
  risk: 'network',
  available: () => true,
  title: ({ url }) => url,
  action: async ({ url }, context) => fetchAction(parsed(url), benchOf(context).host),
  async run({ url }, context) {
    const { host, approvals } = benchOf(context);
    const address = parsed(url);
    // Before the request: even one that fails may have told the outside something, and was asked for.
    await approvals.taint(`the page ${address.origin}`);
    const page = await host.web.fetch({
      url: address.href,
      headers: { accept: 'text/html,text/*,application/json;q=0.9,*/*;q=0.1' },
      signal: context.step.signal,
    });
    if (page.movedTo !== null) return asData(url, `status ${page.status}: it has moved to ${page.movedTo}. Fetch that if you need it.`);
    const text = /html/i.test(page.contentType) ? htmlToText(page.text) : page.text;
    const cut = page.truncated ? '\n[the page is longer; the rest was not read]' : '';
    return asData(page.url, `status ${page.status}, ${page.contentType || 'no content type'}\n${text}${cut}`);
  },
});

export const webSearch = defineTool<{ query: string }>({
  id: 'web.search',
  description: 'Searches the web. Returns titles, addresses and excerpts.',
  args: z.object({ query: z.string().min(1).max(400) }),
  risk: 'network',
  available: (host) => host.settings().webSearch !== null,
  title: ({ query }) => query,
  async action({ query }, context) {
    const { webSearch: search } = benchOf(context).host.settings();
    const where = search === null ? '' : new URL(search.url).origin;
    return {
      tool: 'web.search',
      risk: 'network',
      title: `Search the web for ${JSON.stringify(query)}`,
      details: [
        { label: 'Sends', value: query },
        { label: 'To', value: where },
      ],
      exact: { query, where },
      egress: true,
      contained: false,
      // A person configured the endpoint for just this.
      listed: true,
      grantable: true,
    };
  },
  async run({ query }, context) {
    const { host, approvals, secret } = benchOf(context);
    const { webSearch: search } = host.settings();
    if (search === null) throw searchFailedError('no endpoint is configured');
    const url = new URL(search.url);
    url.searchParams.set('q', query);
    url.searchParams.set('format', 'json');
    const key = await secret(SEARCH_KEY);
    const headers = { accept: 'application/json', ...(key !== undefined && { 'x-subscription-token': key }) };
    await approvals.taint(`a search of the web at ${url.origin}`);
    const answer = await host.web.fetch({ url: url.href, headers, allowPrivate: true, signal: context.step.signal });
    if (answer.status !== 200) throw searchFailedError(`${url.origin} answered with status ${answer.status}`);
    const results = searchResults(answer.text);
    const lines = results.slice(0, MAX_RESULTS).map(({ title, url: at, excerpt }) => `${title}\n${at}\n${excerpt}`);
    return asData('web.search', lines.join('\n\n') || 'nothing was found');
  },
});

/** Throws `web.badUrl`. */
function parsed(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '')
    throw badUrlError(text);
  return url;
}

function fetchAction(url: URL, host: ToolHost): Action {
  return {
    tool: 'web.fetch',
    risk: 'network',
    title: `Fetch ${url.origin}`,
    details: [
      { label: 'Address', value: url.href },
      { label: 'Host', value: url.host },
      { label: 'Sends', value: url.search === '' ? 'the address alone' : 'the address with what stands after "?"' },
    ],
    exact: { method: 'GET', url: url.href },
    egress: true,
    contained: false,
    listed: isListed(url.hostname, host.settings().webAllow),
    grantable: true,
  };
}

/** `docs.rs` is that host alone, `*.rust-lang.org` all below it. */
export function isListed(hostname: string, list: readonly string[]): boolean {
  return list.some((entry) => {
    const name = entry.trim().toLowerCase();
    return name.startsWith('*.') ? hostname.endsWith(name.slice(1)) : name !== '' && hostname === name;
  });
}

interface SearchResult {
  readonly title: string;
  readonly url: string;
  readonly excerpt: string;
}

const resultSchema = z.object({
  title: z.string().default(''),
  url: z.string(),
  content: z.string().nullish(),
  description: z.string().nullish(),
});
/** SearXNG gives `results`, Brave `web.results`. */
const answerSchema = z.object({
  results: z.array(resultSchema).optional(),
  web: z.object({ results: z.array(resultSchema).optional() }).optional(),
});

function searchResults(text: string): readonly SearchResult[] {
  let answer: z.infer<typeof answerSchema>;
  try {
    answer = answerSchema.parse(JSON.parse(text));
  } catch (error) {
    throw searchFailedError('its answer is neither what SearXNG nor what Brave gives', error);
  }
  const results = answer.results ?? answer.web?.results ?? [];
  return results.map(({ title, url, content, description }) => ({ title, url, excerpt: htmlToText(content ?? description ?? '') }));
}
