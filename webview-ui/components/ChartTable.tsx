import type { ReactElement } from 'react';

export interface ChartTableProps {
  readonly label: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The numbers behind a chart. */
export function ChartTable({ label, head, rows }: ChartTableProps): ReactElement {
  return (
    <table className="charttable" aria-label={label}>
      <thead>
        <tr>
          {head.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={`${row[0]} ${index}`}>
            {row.map((text, column) =>
              column === 0 ? (
                <th key={head[column]} scope="row">
                  {text}
                </th>
              ) : (
                <td key={head[column]} className="num">
                  {text}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
