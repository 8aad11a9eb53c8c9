// Measures the page in Chromium on a service that runs: frames while a long queue scrolls, how soon
// a click is answered, and how far things move while a page comes up.
//
//   WATCHKEEPER_URL=.. WATCHKEEPER_USER=.. WATCHKEEPER_PASSWORD=.. node tests/bench/page.mjs [ROWS]
//
// Needs `tests/browser/run` to have installed its packages once. ROWS is how long a queue is scrolled
// through, 5000 unless given.

import { openStage } from '../browser/harness/page.mjs';

const rows = Number(process.argv[2] ?? 5000);
const stage = await openStage();
const { client } = stage;

const sorted = (values) => [...values].sort((a, b) => a - b);
const at = (values, share) => sorted(values)[Math.floor((values.length - 1) * share)] ?? Number.NaN;
const say = (what, values) =>
  console.log(
    `${what}: ${values.length} times, median ${at(values, 0.5).toFixed(1)}, 95 of 100 ` +
      `${at(values, 0.95).toFixed(1)}, most ${Math.max(...values).toFixed(1)} ms`,
  );

/** Keeps what the browser says about moving content and slow events. */
async function watch(page) {
  await page.addInitScript(() => {
    window.seen = { shifts: [], events: [] };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!entry.hadRecentInput) window.seen.shifts.push(entry.value);
      }
    }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) {
        if (name === 'click' || name === 'keydown') window.seen.events.push(duration);
      }
    }).observe({ type: 'event', durationThreshold: 16, buffered: true });
  });
}

/** Scrolls to the end until so many rows are there. */
async function fill(page, wanted) {
  const box = page.locator('ul[aria-label]').locator('xpath=..').last();
  for (let tries = 0; tries < wanted / 20; tries += 1) {
    const height = await box.evaluate((one) => {
      one.scrollTop = one.scrollHeight;
      return one.scrollHeight;
    });
    if (height >= wanted * 59) break;
    await page.waitForTimeout(60);
  }
  return box;
}

/** Scrolls up through a long queue and gives the time between frames. */
async function frames(page, box) {
  return box.evaluate(
    (one) =>
      new Promise((done) => {
        const times = [];
        let before;
        one.scrollTop = one.scrollHeight;
        const step = (now) => {
          if (before !== undefined) times.push(now - before);
          before = now;
          one.scrollTop -= 240;
          if (one.scrollTop > 0 && times.length < 900) requestAnimationFrame(step);
          else done(times);
        };
        requestAnimationFrame(step);
      }),
  );
}

async function scrolling() {
  const page = await stage.reader('/queues/all');
  await page.locator('[data-row="0"]').waitFor();
  const box = await fill(page, rows);
  const listed = Math.round((await box.evaluate((one) => one.scrollHeight)) / 59);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const busy = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
  };
  const before = await busy();
  const times = await frames(page, box);
  const work = ((await busy()) - before) / times.length;
  say(`a queue of ${listed} rows scrolls, from frame to frame`, times);
  const late = times.filter((time) => time > 20).length;
  console.log(`frames that came late: ${late} of ${times.length}; work a frame ${work.toFixed(1)} ms`);
  await page.context().close();
}

/** From a click to the frame that shows something else, and to the content that was asked for. */
async function clicking() {
  const page = await stage.stranger();
  await watch(page);
  await stage.signIn(page);
  await page.getByRole('navigation').waitFor();
  const content = [];
  const timed = async (act, shown) => {
    const start = performance.now();
    await act();
    await shown();
    content.push(performance.now() - start);
  };
  const queues = (await client.get('/queues')).filter(({ count }) => count >= 4).slice(0, 5);
  for (let round = 0; round < 4; round += 1) {
    for (const queue of queues) {
      const link = page.locator(`nav a[href^="/queues/${queue.id}"]`).first();
      await timed(
        () => link.click(),
        () => page.waitForURL(new RegExp(`/queues/${queue.id}`)),
      );
      const row = page.locator('a[data-main]').nth(round % 4);
      await row.waitFor();
      await timed(
        () => row.click(),
        () => page.getByRole('region', { name: 'Timeline' }).waitFor(),
      );
    }
  }
  say('from a click to what was asked for, by the clock of the driver', content);
  const events = await page.evaluate(() => window.seen.events);
  say('from a click to the next frame, where it took 16 ms or longer', events);
  await page.context().close();
}

async function shifting() {
  const [queue] = await client.get('/queues');
  const [first] = (await client.get('/queues/all/cases?limit=1')).items;
  const [account] = (await client.get('/accounts')).items;
  const paths = [
    `/queues/${queue.id}`,
    '/queues/all',
    `/cases/${first.id}`,
    `/cases/${first.id}/brief`,
    '/views',
    '/search?q=the',
    '/accounts',
    ...(account ? [`/accounts/${encodeURIComponent(account.id)}`] : []),
    '/promises',
    '/alerts',
    '/alerts?tab=silences',
    '/alerts?tab=forecast',
    '/changes',
    '/review',
    '/sources',
    '/rules',
    '/rules/versions',
    '/rules/shadow',
    '/rules/noise',
    '/rules/missed',
    '/rules/build',
    '/plugins',
    '/reports',
    '/admin',
  ];
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    for (const path of paths.filter((one) => one.includes(process.argv[3] ?? ''))) {
      const page = await stage.reader('/sources', { viewport });
      await watch(page);
      await page.goto(stage.service.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle').catch(() => undefined);
      await page.waitForTimeout(400);
      const shifts = await page.evaluate(() => window.seen.shifts);
      const sum = shifts.reduce((all, one) => all + one, 0);
      console.log(`${sum >= 0.1 ? 'TOO MUCH ' : ''}shift ${sum.toFixed(3)} ${viewport.width} px ${path}`);
      await page.context().close();
    }
  }
}

try {
  await scrolling();
  await clicking();
  await shifting();
} finally {
  await stage.close();
}
