// LangGraph's checkpointer over the store of CAS.

import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  type PendingWrite,
  WRITES_IDX_MAP,
  copyCheckpoint,
  getCheckpointId,
} from '@langchain/langgraph-checkpoint';
import type { RuntimeCheckpointRow, RuntimeCheckpointsRepository } from '#core/store/store.ts';

export interface CheckpointSaverOptions {
  readonly checkpoints: RuntimeCheckpointsRepository;
  /** A write failed. LangGraph must not be told by a rejection: it would look at that only at the end of a superstep. */
  onWriteError(runId: string, error: unknown): void;
}

/** Keeps the newest checkpoint of each run: nothing goes back in LangGraph's history, the run's events are there for that. */
export class CheckpointSaver extends BaseCheckpointSaver {
  readonly #options: CheckpointSaverOptions;

  constructor(options: CheckpointSaverOptions) {
    super();
    this.#options = options;
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { runId, namespace } = placeOf(config);
    const id = getCheckpointId(config);
    const row = await this.#options.checkpoints.newest(runId, namespace);
    return row === null || (id !== '' && row.id !== id) ? undefined : this.#tuple(row);
  }

  override async *list(config: RunnableConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const { runId } = placeOf(config);
    const namespace: unknown = config.configurable?.['checkpoint_ns'];
    const before: unknown = options.before?.configurable?.['checkpoint_id'];
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    for (const row of await this.#options.checkpoints.list(runId)) {
      if (left <= 0) return;
      if (typeof namespace === 'string' && row.namespace !== namespace) continue;
      if (typeof before === 'string' && row.id >= before) continue;
      const tuple = await this.#tuple(row);
      const metadata: { readonly [name: string]: unknown } = { ...tuple.metadata };
      if (!Object.entries(options.filter ?? {}).every(([name, value]) => metadata[name] === value)) continue;
      left -= 1;
      yield tuple;
    }
  }

  override async put(config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata): Promise<RunnableConfig> {
    const { runId, namespace, id: parentId } = placeOf(config);
    const [format, bytes] = await this.serde.dumpsTyped(copyCheckpoint(checkpoint));
    const [, about] = await this.serde.dumpsTyped(metadata);
    const row = { runId, namespace, id: checkpoint.id, parentId, format, checkpoint: bytes, metadata: about };
    await this.#write(runId, () => this.#options.checkpoints.put(row));
    return configOf(row);
  }

  override async putWrites(config: RunnableConfig, writes: PendingWrite[], task: string): Promise<void> {
    const { runId, namespace, id } = placeOf(config);
    const rows = await Promise.all(
      writes.map(async ([channel, written], index) => {
        const [format, value] = await this.serde.dumpsTyped(written);
        return { runId, namespace, checkpointId: id ?? '', task, position: WRITES_IDX_MAP[channel] ?? index, channel, format, value };
      }),
    );
    await this.#write(runId, () => this.#options.checkpoints.putWrites(rows));
  }

  override async deleteThread(runId: string): Promise<void> {
    await this.#options.checkpoints.forget(runId);
  }

  async #write(runId: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#options.onWriteError(runId, error);
    }
  }

  async #tuple(row: RuntimeCheckpointRow): Promise<CheckpointTuple> {
    const { format, checkpoint, metadata, parentId } = row;
    const writes = await this.#options.checkpoints.writes(row);
    const pendingWrites = await Promise.all(
      writes.map(
        async (write) => [write.task, write.channel, await this.serde.loadsTyped(write.format, write.value)] as [string, string, unknown],
      ),
    );
    return {
      config: configOf(row),
      checkpoint: (await this.serde.loadsTyped(format, checkpoint)) as Checkpoint,
      metadata: (await this.serde.loadsTyped(format, metadata)) as CheckpointMetadata,
      pendingWrites,
      ...(parentId !== null && { parentConfig: configOf({ ...row, id: parentId }) }),
    };
  }
}

function placeOf(config: RunnableConfig): { readonly runId: string; readonly namespace: string; readonly id: string | null } {
  const { thread_id: runId, checkpoint_ns: namespace = '', checkpoint_id: id = null } = config.configurable ?? {};
  if (typeof runId !== 'string') throw new Error('A checkpoint needs configurable.thread_id, the id of its run.');
  return { runId, namespace: namespace as string, id: id as string | null };
}

function configOf({ runId, namespace, id }: Pick<RuntimeCheckpointRow, 'runId' | 'namespace' | 'id'>): RunnableConfig {
  return { configurable: { thread_id: runId, checkpoint_ns: namespace, checkpoint_id: id } };
}
