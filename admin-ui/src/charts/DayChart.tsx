import { BarChart } from '@mantine/charts';
import { dayWords } from '../time/spoken';
import { useLanguage } from '../words';
import classes from './DayChart.module.css';

type Row = { day: string; before: number; after: number };
type Props = { rows: Row[]; before: string; after: string; title: string };

/** Two counts a day side by side; the same figures as a table for who cannot see the bars. */
export default function DayChart({ rows, before, after, title }: Props) {
  const { language } = useLanguage();
  const short = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  const data = rows.map((row) => ({
    ...row,
    label: short.format(new Date(`${row.day}T00:00:00Z`)),
  }));
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.title}>{title}</figcaption>
      <div aria-hidden="true">
        <BarChart
          h={180}
          data={data}
          dataKey="label"
          withLegend
          tickLine="none"
          gridAxis="x"
          series={[
            { name: 'before', label: before, color: 'var(--wk-rail)' },
            { name: 'after', label: after, color: 'var(--wk-accent)' },
          ]}
          barChartProps={{ accessibilityLayer: false }}
          barProps={{ isAnimationActive: false }}
          xAxisProps={{ minTickGap: 24 }}
          yAxisProps={{ allowDecimals: false, width: 32 }}
        />
      </div>
      <table className="visually-hidden">
        <caption>{title}</caption>
        <tbody>
          {rows
            .filter((row) => row.before + row.after > 0)
            .map((row) => (
              <tr key={row.day}>
                <th scope="row">{dayWords(row.day, language)}</th>
                <td>{`${before}: ${row.before}`}</td>
                <td>{`${after}: ${row.after}`}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  );
}
