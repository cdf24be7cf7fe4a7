// A table of any length: one stop for the keyboard, rows of one height, and only those in sight drawn.

import { type KeyboardEvent, type ReactElement, type ReactNode, useRef, useState } from 'react';
import { useRowWindow } from '#ui/components/useRowWindow.ts';

export interface Column<R> {
  readonly id: string;
  readonly title: ReactNode;
  /** CSS width; columns without one share what is left. */
  readonly width?: string;
  readonly align?: 'start' | 'end';
  readonly cell: (row: R) => ReactNode;
}

export interface DataTableProps<R> {
  /** Name of the table. */
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly rowKey: (row: R) => string;
  /** The row in one breath, for screen readers; default: its cells. */
  readonly rowLabel?: (row: R) => string;
  /** Px; default 24. All rows have it. */
  readonly rowHeight?: number;
  /** What the editor's own menu on a row is about: see `menuContext`. */
  readonly rowMenu?: (row: R) => string;
  readonly selected?: string | undefined;
  /** Enter, or a click. */
  readonly onOpen?: (row: R) => void;
  /** Escape. */
  readonly onClose?: () => void;
}

export function DataTable<R>(props: DataTableProps<R>): ReactElement {
  const { label, columns, rows, rowKey, rowLabel, rowMenu, rowHeight = 24, selected, onOpen, onClose } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const current = Math.min(active, Math.max(0, rows.length - 1));
  const { first, end, onScroll } = useRowWindow(scroller, { count: rows.length, rowHeight, keep: current });

  const moveTo = (index: number): void => {
    const next = Math.min(rows.length - 1, Math.max(0, index));
    setActive(next);
    scrollTo(scroller.current, next, rowHeight);
    // The row may be drawn only after this.
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`tr[data-index="${next}"]`)?.focus({ preventScroll: true }));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const moves: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: rows.length - 1,
    };
    const to = moves[event.key];
    const row = rows[current];
    if (to !== undefined) moveTo(to);
    else if (event.key === 'Enter' && event.target === event.currentTarget && row !== undefined) onOpen?.(row);
    else if (event.key === 'Escape' && onClose) onClose();
    else return;
    event.preventDefault();
  };

  return (
    <div className="datatable" ref={scroller} onScroll={onScroll}>
      <table role="grid" aria-label={label} aria-rowcount={rows.length + 1}>
        <colgroup>
          {columns.map(({ id, width }) => (
            <col key={id} style={width === undefined ? {} : { width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ id, title, align }) => (
              <th key={id} scope="col" className={align === 'end' ? 'end' : ''}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={first * rowHeight} />
          {rows.slice(first, end).map((row, offset) => {
            const index = first + offset;
            const key = rowKey(row);
            return (
              <tr
                key={key}
                data-index={index}
                aria-rowindex={index + 2}
                aria-label={rowLabel?.(row)}
                aria-selected={key === selected}
                data-vscode-context={rowMenu?.(row)}
                tabIndex={index === current ? 0 : -1}
                style={{ height: rowHeight }}
                onFocus={() => setActive(index)}
                onKeyDown={onKeyDown}
                onClick={() => onOpen?.(row)}
              >
                {columns.map(({ id, align, cell }) => (
                  <td key={id} className={align === 'end' ? 'end num' : ''}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          <Spacer height={(rows.length - end) * rowHeight} />
        </tbody>
      </table>
    </div>
  );
}

/** Stands for the rows that are not drawn. */
function Spacer({ height }: { readonly height: number }): ReactElement | null {
  return height > 0 ? <tr aria-hidden="true" className="spacer" style={{ height }} /> : null;
}

function scrollTo(scroller: HTMLElement | null, index: number, rowHeight: number): void {
  if (scroller === null) return;
  const head = scroller.querySelector('thead')?.clientHeight ?? 0;
  const top = index * rowHeight;
  const shown = scroller.clientHeight - head;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + rowHeight > scroller.scrollTop + shown) scroller.scrollTop = top + rowHeight - shown;
}
