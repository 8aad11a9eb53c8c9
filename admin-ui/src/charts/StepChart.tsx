import {
  Area,
  AreaChart,
  CartesianGrid,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { useNow } from '../time/now';
import { useLanguage } from '../words';
import classes from './DayChart.module.css';

type Step = { at: string; value: number; name: string };
type Props = { title: string; name: string; steps: readonly Step[] };
type Row = { at: number; value: number; name: string };

/** A value that holds from one change to the next, up to now; who cannot see it reads the list. */
export default function StepChart({ title, name, steps }: Props) {
  const { words, language } = useLanguage();
  const now = useNow();
  const rows: Row[] = steps.map((step) => ({ ...step, at: Date.parse(step.at) }));
  const last = rows.at(-1);
  if (last) rows.push({ ...last, at: Math.max(now, last.at) });
  const named = new Map(rows.map((row) => [row.value, row.name]));
  const day = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    day: 'numeric',
    month: 'short',
  });
  const shown = (value: number) =>
    value === 0 ? words.level.noneShort : (named.get(value) ?? String(value));
  return (
    <figure className={classes.panel}>
      <figcaption className={classes.title}>{title}</figcaption>
      <div aria-hidden="true">
        <ResponsiveContainer width="100%" height={150}>
          <AreaChart
            data={rows}
            accessibilityLayer={false}
            margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
          >
            <CartesianGrid vertical={false} stroke="var(--wk-line)" />
            <XAxis
              dataKey="at"
              type="number"
              scale="time"
              domain={['dataMin', 'dataMax']}
              tickFormatter={(at: number) => day.format(at)}
              tick={{ fill: 'var(--wk-dim)', fontSize: 12 }}
              tickLine={false}
              axisLine={false}
              minTickGap={40}
            />
            <YAxis
              domain={[0, 100]}
              ticks={[...new Set([0, ...named.keys()])].sort((a, b) => a - b)}
              tickFormatter={shown}
              tick={{ fill: 'var(--wk-dim)', fontSize: 12 }}
              tickLine={false}
              axisLine={false}
              width={48}
            />
            <Tooltip
              isAnimationActive={false}
              contentStyle={{ background: 'var(--wk-surface)', borderColor: 'var(--wk-line)' }}
              labelFormatter={(at) => day.format(Number(at))}
              formatter={(value) => [shown(Number(value)), name]}
            />
            <Area
              dataKey="value"
              type="stepAfter"
              stroke="var(--wk-accent)"
              fill="var(--wk-chosen)"
              strokeWidth={2}
              isAnimationActive={false}
            />
          </AreaChart>
        </ResponsiveContainer>
      </div>
    </figure>
  );
}
