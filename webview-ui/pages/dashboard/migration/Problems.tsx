// What is wrong with the plan's file, each with a link to its line. The last good figures stay below.

import type { ReactElement } from 'react';
import type { MigrationView } from '#protocol/migration.ts';
import { Icon } from '#ui/components/Icon.tsx';
import { host } from '#ui/rpc/core.ts';
import { counted, t } from '#ui/text.ts';

const SHOWN = 8;

export function Problems({ view }: { readonly view: MigrationView }): ReactElement | null {
  const { problems, unrecorded, file } = view;
  if (problems.length === 0 && unrecorded.length === 0) return null;
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const path = `.cas/migrations/${file?.split(/[\\/]/).at(-1) ?? ''}`;
  return (
    <section className={errors > 0 ? 'note bad problems' : 'note problems'} aria-label={t('Problems in {0}', path)}>
      <div className="col">
        {errors > 0 && (
          <p>
            <b>{counted(errors, t('{0} has an error.', path), t('{0} has {1} errors.', path, errors))}</b>{' '}
            {view.stale
              ? t('The figures below are those of before; nothing can be changed here until the file is mended.')
              : t('Figures appear once it is mended.')}
          </p>
        )}
        <ul>
          {problems.slice(0, SHOWN).map(({ severity, line, column, message, hint }) => (
            <li key={`${line}:${column} ${message}`} className="row">
              <Icon
                name={severity === 'error' ? 'error' : 'warning'}
                size={14}
                className={severity === 'error' ? 'bad' : 'warn'}
                label={severity === 'error' ? t('Error') : t('Warning')}
              />
              <button type="button" className="textlink" onClick={() => void host('openFile', { path, line })}>
                {t('Line {0}', line)}
              </button>
              <span>{[message, hint].filter(Boolean).join(' ')}</span>
            </li>
          ))}
          {problems.length > SHOWN && <li className="dim">{t('and {0} more', problems.length - SHOWN)}</li>}
          {unrecorded.map(({ run, feature, hours, reason }) => (
            <li key={run} className="row">
              <Icon name="warning" size={14} className="warn" label={t('Warning')} />
              <span>{t('{0} h of a run for {1} are not written down yet: {2}', hours, feature, reason)}</span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
