// A second client of the API, beside the page: a session of its own.

/** Signs in and gives the calls that scenarios need to know what the page must show. */
export async function signInClient({ url, name, password }) {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
  if (!answer.ok) throw new Error(`signing in: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');

  async function ask(method, path, body) {
    const reply = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { cookie, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
    return reply;
  }
  const get = async (path) => (await ask('GET', path)).json();

  /** Every case that some queue shows. */
  async function cases() {
    const found = new Map();
    for (const queue of await get('/queues')) {
      const page = await get(`/queues/${queue.id}/cases?limit=200`);
      for (const row of page.items) found.set(row.id, row);
    }
    return [...found.values()];
  }

  /** The first case for whose record `wanted` holds. */
  async function findCase(wanted) {
    for (const row of await cases()) {
      const record = await get(`/cases/${row.id}`);
      if (wanted(record)) return record;
    }
    throw new Error('the demo data has no such case');
  }

  /** The first message for which `wanted` holds, with the case that it is in. */
  async function findMessage(wanted) {
    for (const row of await cases()) {
      const record = await get(`/cases/${row.id}`);
      for (const item of record.timeline.filter((one) => one.type === 'message')) {
        const message = await get(`/messages/${item.message}`);
        if (wanted(message, record)) return { record, message };
      }
    }
    throw new Error('the demo data has no such message');
  }

  return {
    get,
    cases,
    findCase,
    findMessage,
    bytes: async (path) => Buffer.from(await (await ask('GET', path)).arrayBuffer()),
    post: (path, body) => ask('POST', path, body),
    put: (path, body) => ask('PUT', path, body),
    patch: (path, body) => ask('PATCH', path, body),
    remove: (path) => ask('DELETE', path),
  };
}
