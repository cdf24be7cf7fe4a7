// Markdown of agents: laid out, never executed. Links are opened by the editor, pictures and scripts are left out.

import DOMPurify from 'dompurify';
import { Marked } from 'marked';
import { memo, type MouseEvent, type ReactElement, useMemo, useState } from 'react';
import { Button } from '#ui/components/Button.tsx';
import { BlockCutter } from '#ui/pages/dashboard/runs/model/markdownBlocks.ts';
import { openLink } from '#ui/pages/dashboard/runs/run/openLink.ts';
import { t } from '#ui/text.ts';

const TAGS = 'a blockquote br code del em h4 hr li ol p pre s strong table tbody td th thead tr ul'.split(' ');

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Whatever level an agent gives a heading, it stands below those of the page; HTML is shown as the text it is, a picture as its description. */
const markdown = new Marked({
  gfm: true,
  renderer: {
    heading({ tokens }) {
      return `<h4>${this.parser.parseInline(tokens)}</h4>`;
    },
    html: ({ text }) => escaped(text),
    image: ({ text }) => escaped(text),
  },
});

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}

function toHtml(text: string): string {
  const html = markdown.parse(text, { async: false });
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ['href', 'start', 'align'],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
}

function follow(event: MouseEvent<HTMLElement>): void {
  const link = (event.target as Element).closest('a');
  if (link === null) return;
  event.preventDefault();
  openLink(link.getAttribute('href') ?? '');
}

/** One block; laid out again only when its text changes. */
export const Markdown = memo(({ text }: { readonly text: string }): ReactElement => {
  const html = useMemo(() => ({ __html: toHtml(text) }), [text]);
  // The links inside are what is pressed, by mouse and keyboard alike; this only hears of it.
  // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
  return <div className="md" onClick={follow} dangerouslySetInnerHTML={html} />;
});

/** Blocks of a text under way that are laid out: what is above them is recorded when it is whole. */
const PART = 60;

export interface StreamingMarkdownProps {
  readonly text: string;
  /** Characters that were written before it and are not kept. */
  readonly dropped: number;
}

/** Text that is still being written: what is whole already is not laid out again. */
export function StreamingMarkdown({ text, dropped }: StreamingMarkdownProps): ReactElement {
  const [cutter] = useState(() => new BlockCutter());
  const [shown, setShown] = useState(PART);
  const { done, open } = useMemo(() => cutter.cut(text, dropped), [cutter, text, dropped]);
  const isAll = done.length <= shown;
  return (
    <>
      {!isAll && (
        <Button kind="link" onClick={() => setShown(shown + PART)}>
          {t('Show Earlier')}
        </Button>
      )}
      {isAll && dropped > 0 && <p className="dim small">{t('The first {0} characters are not shown.', dropped)}</p>}
      {done.slice(-shown).map(({ at, text: block }) => (
        <Markdown key={at} text={block} />
      ))}
      <Markdown key={open.at} text={open.text} />
      <i className="caret" aria-hidden="true" />
    </>
  );
}
