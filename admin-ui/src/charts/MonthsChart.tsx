import { BarChart } from '@mantine/charts';
import classes from './DayChart.module.css';

type Row = { label: string; all: number; part: number };
type Props = { title: string; names: { all: string; part: string }; rows: Row[] };

/** Two figures a month side by side; the same as a table for who cannot see the bars. */
export default function MonthsChart({ title, names, rows }: Props) {
  return (
    <figure className={classes.panel}>
      <figcaption className={classes.title}>{title}</figcaption>
      <div aria-hidden="true">
        <BarChart
          h={180}
          data={rows}
          dataKey="label"
          withLegend
          tickLine="none"
          gridAxis="x"
          maxBarWidth={44}
          series={[
            { name: 'all', label: names.all, color: 'var(--wk-rail)' },
            { name: 'part', label: names.part, color: 'var(--wk-accent)' },
          ]}
          barChartProps={{ accessibilityLayer: false }}
          barProps={{ isAnimationActive: false }}
          yAxisProps={{ allowDecimals: false, width: 36 }}
        />
      </div>
      <table className="visually-hidden">
        <caption>{title}</caption>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.label}</th>
              <td>{`${names.all}: ${row.all}`}</td>
              <td>{`${names.part}: ${row.part}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
