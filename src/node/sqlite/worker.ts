// The worker thread that owns the database file. Requests are answered in the order they come.

import { parentPort, workerData } from 'node:worker_threads';
import { toErrorView } from '#base/errors.ts';
import { openEngine, type SqliteEngine } from '#node/sqlite/engine.ts';
import type { Answers, Opened, Reply, Request, WorkerSetup } from '#node/sqlite/frames.ts';
import { BatchUnpacker } from '#node/sqlite/packedBatches.ts';

if (!parentPort) throw new Error('the store worker runs in a worker thread only');
const port = parentPort;
const unpacker = new BatchUnpacker();

function answer(engine: SqliteEngine, request: Request): Answers[Request['kind']] {
  if (request.kind === 'commit') return engine.commit(unpacker.unpack(request.batches));
  if (request.kind === 'read') return engine.read(request.statement);
  engine.close();
  return null;
}

function serve(engine: SqliteEngine): void {
  port.on('message', (request: Request) => {
    let reply: Reply;
    try {
      reply = { id: request.id, value: answer(engine, request) };
    } catch (error) {
      reply = { id: request.id, error: toErrorView(error) };
    }
    port.postMessage(reply);
    if (request.kind === 'close') port.close();
  });
}

try {
  serve(await openEngine(workerData as WorkerSetup));
  port.postMessage({ opened: null } satisfies Opened);
} catch (error) {
  port.postMessage({ opened: toErrorView(error) } satisfies Opened);
  port.close();
}
