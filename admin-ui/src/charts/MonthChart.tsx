import { BarChart } from '@mantine/charts';
import classes from './DayChart.module.css';

type Props = {
  title: string;
  name: string;
  rows: { label: string; value: number | null }[];
  /** Where the axis ends, such as 100 for percent; what the bars need if not given. */
  most?: number;
};

/** One figure a month as bars; the table beside it says the same to who cannot see them. */
export default function MonthChart({ title, name, rows, most }: Props) {
  return (
    <figure className={classes.panel}>
      <figcaption className={classes.title}>{title}</figcaption>
      <div aria-hidden="true">
        <BarChart
          h={180}
          data={rows}
          dataKey="label"
          tickLine="none"
          gridAxis="x"
          maxBarWidth={44}
          series={[{ name: 'value', label: name, color: 'var(--wk-accent)' }]}
          barChartProps={{ accessibilityLayer: false }}
          barProps={{ isAnimationActive: false }}
          yAxisProps={{ width: 36, domain: [0, most ?? 'auto'] }}
        />
      </div>
    </figure>
  );
}
