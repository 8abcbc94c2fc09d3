import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { KafkaSource } from '../../../../common/contract/stream.ts';
import { messageOf } from '../../../../common/errors/app-error.ts';
import { goOn } from '../../streams/bounds.ts';
import type { RunContext, RunningSource, StreamRecord } from '../../streams/stream-source.ts';
import { kafkaClient, unreadable, withAdmin } from './client.ts';
import { UNREADABLE } from './codecs.ts';
import { sourceError } from './errors.ts';
import { beginAt, boundsOf, partOf, placeOf, settledBounds } from './offsets.ts';
import { topicsOf, wants } from './topics.ts';

const HEARTBEAT_MS = 3_000;
const LAG_MS = 5_000;
/** A broker that is alive answers sooner. */
const SILENCE_MS = 10_000;
/** Topics that come, go and are made anew are seen so soon. */
const METADATA_MS = 15_000;
/** After a crash the group waits so long for the member that is gone; heartbeats go on while a batch waits. */
const SESSION_MS = 12_000;

/**
 * Reads topics as a member of a consumer group. Where to begin is the catalog's to say, not the group's: after
 * each rebalance every partition is put where its committed rows end.
 */
export async function consume(
  source: KafkaSource,
  context: RunContext & { readonly name: string },
): Promise<RunningSource> {
  const client = kafkaClient(source.cluster, context.secret);
  const run = new ConsumerRun(source, client, context);
  return { done: run.run(), acknowledge: (positions) => run.acknowledge(positions) };
}

class ConsumerRun {
  readonly #source: KafkaSource;
  readonly #client: Kafka;
  readonly #context: RunContext;
  readonly #consumer: Consumer;
  /** Next offset of each part that was delivered or begun. */
  readonly #positions: Map<string, string>;
  #assigned: ReadonlySet<string> = new Set();
  #placing: Promise<void> = Promise.resolve();
  #lost = 0;
  #lag = -1;
  #message = '';
  #state: 'running' | 'waiting' = 'running';
  /** When the look at the cluster began that has no answer yet, by `performance.now()`. */
  #askedAt: number | undefined;
  #ended: (error?: unknown) => void = () => {};

  constructor(source: KafkaSource, client: Kafka, context: RunContext & { readonly name: string }) {
    this.#source = source;
    this.#client = client;
    this.#context = context;
    this.#positions = new Map(context.positions);
    this.#consumer = client.consumer({
      groupId: source.group ?? `calypso-${context.name}`,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxBytesPerPartition: 4 * 1024 * 1024,
      maxWaitTimeInMs: 250,
      metadataMaxAge: METADATA_MS,
      allowAutoTopicCreation: false,
      retry: {
        initialRetryTime: 200,
        maxRetryTime: 2_000,
        retries: 2,
        restartOnFailure: async () => !context.signal.aborted,
      },
    });
  }

  async run(): Promise<void> {
    const { signal } = this.#context;
    const ended = new Promise<void>((resolve, reject) => {
      this.#ended = (error) => (error === undefined ? resolve() : reject(error));
    });
    const stop = (): void => this.#ended();
    signal.addEventListener('abort', stop, { once: true });
    const { GROUP_JOIN, CRASH, CONNECT } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => {
      // One after the other: each has to see where the one before has put a partition.
      this.#placing = this.#placing
        .catch(() => undefined)
        .then(() => this.#place(payload.memberAssignment));
      this.#placing.catch((error: unknown) =>
        this.#tell('waiting', messageOf(sourceError(error, this.#source.cluster))),
      );
    });
    this.#consumer.on(CRASH, ({ payload }) => {
      const error = sourceError(payload.error, this.#source.cluster);
      this.#tell('waiting', messageOf(error));
      if (!payload.restart) this.#ended(error);
    });
    this.#consumer.on(CONNECT, () => this.#tell('running', ''));
    const lag = setInterval(() => {
      this.#look().catch(() => undefined);
    }, LAG_MS);
    try {
      await this.#start();
      if (signal.aborted) stop();
      await ended;
    } catch (error) {
      throw sourceError(error, this.#source.cluster);
    } finally {
      clearInterval(lag);
      signal.removeEventListener('abort', stop);
      await this.#consumer.disconnect().catch(() => undefined);
    }
  }

  async #start(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: topicsOf(this.#source), fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 3,
      eachBatch: (payload) => this.#batch(payload),
    });
  }

  /** Puts every assigned partition where it goes on, before the first record of it is taken. */
  async #place(assignment: Readonly<Record<string, readonly number[]>>): Promise<void> {
    const wanted = this.#source.partitions;
    const assigned = new Set<string>();
    await withAdmin(this.#client, async (admin) => {
      for (const [topic, partitions] of Object.entries(assignment)) {
        const bounds = await settledBounds(admin, topic, this.#positions, this.#context.signal);
        for (const partition of partitions) {
          const part = partOf(topic, partition);
          const bound = bounds.get(part);
          if (!bound || (wanted && !wanted.includes(partition))) {
            this.#consumer.pause([{ topic, partitions: [partition] }]);
            continue;
          }
          assigned.add(part);
          const position = this.#positions.get(part);
          const beginning =
            position === undefined
              ? {
                  offset: await beginAt(admin, part, this.#context.start, bound),
                  message: '',
                  lost: 0n,
                }
              : goOn(part, position, bound);
          if (beginning.offset !== position) {
            this.#positions.set(part, beginning.offset);
            await this.#context.begin(part, beginning.offset);
          }
          this.#lost += Number(beginning.lost);
          if (beginning.message) this.#tell('running', beginning.message);
          this.#consumer.seek({ topic, partition, offset: beginning.offset });
        }
      }
    });
    this.#assigned = assigned;
    await this.#measure();
  }

  async #batch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, isRunning, isStale, resolveOffset } = payload;
    await this.#placing;
    if (!isRunning() || isStale()) return;
    const part = partOf(batch.topic, batch.partition);
    if (!this.#assigned.has(part)) return;
    if (!(await this.#goesOn(part, batch.firstOffset()))) return;
    const records: StreamRecord[] = [];
    for (const message of batch.messages) {
      if (message.headers?.[UNREADABLE] === undefined) records.push(recordOf(part, message));
      else {
        this.#lost++;
        this.#message = `${part}: a batch at offset ${batch.firstOffset()} could not be decompressed (${unreadable.reason}); its records are lost.`;
      }
    }
    const lost = records.length < batch.messages.length;
    // Told before the positions behind them are stored, so that they are counted once.
    if (lost) this.#tell('running', this.#message);
    // A full disk or a slow load makes the source wait; the group must not take that for death.
    const beat = setInterval(() => {
      heartbeat().catch(() => undefined);
    }, HEARTBEAT_MS);
    try {
      await this.#context.deliver(records);
      if (lost) await this.#context.begin(part, String(BigInt(batch.lastOffset()) + 1n));
    } catch (error) {
      this.#ended(error);
      return;
    } finally {
      clearInterval(beat);
    }
    this.#positions.set(part, String(BigInt(batch.lastOffset()) + 1n));
    resolveOffset(batch.lastOffset());
    await heartbeat();
  }

  /**
   * Whether a batch that begins here is the next one. kafkajs begins anew at the earliest record, without a word,
   * where the place to go on is gone: what was deleted unread, or a topic made anew, has to be seen here.
   */
  async #goesOn(part: string, first: string | null): Promise<boolean> {
    const position = this.#positions.get(part);
    if (position === undefined || first === null || first === position) return true;
    const { topic, partition } = placeOf(part);
    const bounds = await withAdmin(this.#client, (admin) =>
      settledBounds(admin, topic, this.#positions, this.#context.signal),
    );
    const bound = bounds.get(part);
    // Records that are deleted by their key leave gaps too.
    if (!bound) return true;
    const { offset, lost, message } = goOn(part, position, bound);
    if (offset === position) return true;
    this.#positions.set(part, offset);
    await this.#context.begin(part, offset);
    this.#lost += Number(lost);
    this.#tell('running', message);
    this.#consumer.seek({ topic, partition, offset });
    return false;
  }

  /** Tells the group too, so that its lag is right for others and a second reader could go on from here. */
  async acknowledge(positions: ReadonlyMap<string, string>): Promise<void> {
    const known = [...positions].filter(([part]) => this.#assigned.has(part));
    if (known.length === 0) return;
    await this.#consumer.commitOffsets(
      known.map(([part, offset]) => ({ ...placeOf(part), offset })),
    );
  }

  /** Looks at the cluster; says so when it doesn't answer. */
  async #look(): Promise<void> {
    if (this.#askedAt !== undefined) {
      const silence = performance.now() - this.#askedAt;
      if (silence > SILENCE_MS)
        this.#tell(
          'waiting',
          `${this.#source.cluster.brokers.join(', ')}: no answer for ${Math.round(silence / 1_000)} seconds.`,
        );
      return;
    }
    this.#askedAt = performance.now();
    try {
      await this.#measure();
    } finally {
      this.#askedAt = undefined;
    }
  }

  async #measure(): Promise<void> {
    const topics = new Set([...this.#assigned].map((part) => placeOf(part).topic));
    if (topics.size === 0) {
      const wanted = topicsOf(this.#source);
      const names = await withAdmin(this.#client, (admin) => admin.listTopics());
      if (!names.some((name) => wants(wanted, name)))
        this.#tell('waiting', `No topic is called ${this.#source.topics.join(', ')}.`);
      return;
    }
    const lag = await withAdmin(this.#client, async (admin) => {
      let sum = 0n;
      for (const topic of topics)
        for (const [part, { high }] of await boundsOf(admin, topic)) {
          if (!this.#assigned.has(part)) continue;
          const next = BigInt(this.#positions.get(part) ?? high);
          if (high > next) sum += high - next;
        }
      return sum;
    });
    this.#lag = Number(lag);
    this.#tell('running', this.#state === 'waiting' ? '' : this.#message);
  }

  #tell(state: 'running' | 'waiting', message: string): void {
    this.#state = state;
    this.#message = message;
    this.#context.status({ state, lag: this.#lag, lost: this.#lost, message });
  }
}

export function recordOf(part: string, message: KafkaMessage): StreamRecord {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {}))
    headers[name] = Array.isArray(value) ? value.map(String).join(',') : String(value ?? '');
  return {
    part,
    position: message.offset,
    next: String(BigInt(message.offset) + 1n),
    value: message.value,
    key: message.key,
    timestamp: Number(message.timestamp),
    headers,
  };
}
