import type { ReactElement } from 'react';
import { Icon } from '#ui/components/Icon.tsx';
import { type ParityGroup, tallyOf } from '#ui/pages/dashboard/live/parityModel.ts';
import { t } from '#ui/text.ts';

export interface GroupRowProps {
  readonly group: ParityGroup;
  readonly columns: readonly string[];
  /** The runtime that is shown where there is room for one. */
  readonly only: string | undefined;
  readonly isFolded: boolean;
  readonly isCurrent: boolean;
  readonly onFocus: () => void;
  readonly onToggle: () => void;
}

/** A group with how many of its features each runtime has. */
export function GroupRow({ group, columns, only, isFolded, isCurrent, onFocus, onToggle }: GroupRowProps): ReactElement {
  return (
    <tr
      className="group"
      aria-level={1}
      aria-expanded={!isFolded}
      data-stop={group.name}
      tabIndex={isCurrent ? 0 : -1}
      onFocus={onFocus}
      onClick={onToggle}
    >
      <th scope="rowgroup" className="feature">
        <span className="row">
          <Icon name={isFolded ? 'chevron-right' : 'chevron-down'} />
          {group.name}
        </span>
      </th>
      <td className="priority" />
      {columns.map((id) => (
        <td key={id} className={`runtime dim num ${id === only ? 'shown' : ''}`}>
          {groupCount(group, id)}
        </td>
      ))}
      <td className="probe" />
    </tr>
  );
}

function groupCount({ all }: ParityGroup, runtime: string): string {
  const { available, total, unmeasured } = tallyOf(all, runtime);
  return unmeasured === total ? t('Not measured yet') : t('{0} of {1} available', available, total);
}
