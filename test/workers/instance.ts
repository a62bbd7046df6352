/** One instance of an object, from when it is met until the platform takes it away: its steps, its alarm. */
import { runInDurableObject } from "cloudflare:test";
import type { DurableObject } from "cloudflare:workers";
import { Killed, Life } from "../support/life.ts";

const WRITES =
  /^\s*(?:insert|update|delete|replace|create|drop|alter)\b|^\s*with\b[^;]*\)\s*(?:insert|update|delete)\b/i;

const KEPT_BY_MS = 5_000;

const encoder = new TextEncoder();

/** An object that has alarms. */
type Alarming = DurableObject & { alarm(): Promise<void> };
export type Namespace = DurableObjectNamespace<Alarming & Rpc.DurableObjectBranded>;

export class Instance {
  readonly name: string;
  readonly namespace: Namespace;
  readonly life: Life;
  /** when its alarm runs, epoch ms; infinite when none is set */
  alarmAt = Number.POSITIVE_INFINITY;
  /** how often its alarm failed in a row */
  failures = 0;
  /** the platform lost its alarm, and nobody has set one since */
  isDropped = false;
  /** so many of its next alarms the platform runs twice */
  doubled = 0;
  /** the platform takes it away after so many more steps of its alarms; 0 = it does not */
  endsIn = 0;
  /** what it did since it was met, or since somebody set this back */
  work = { statements: 0, calls: 0, parameterBytes: 0 };
  #isTurning = false;

  private constructor(name: string, namespace: Namespace, onStep: Life["step"]) {
    this.name = name;
    this.namespace = namespace;
    this.life = new Life((step, when) => {
      onStep(step, when);
      if (this.#isTurning && this.endsIn > 0 && --this.endsIn === 0) throw new Killed();
    });
  }

  /** The instance that is there, or a new one. @param onStep may throw: `Killed` ends the instance there */
  static async meet(name: string, namespace: Namespace, onStep: Life["step"]): Promise<Instance> {
    const instance = new Instance(name, namespace, onStep);
    await instance.inside(async (_, { storage }) => {
      instance.#standBefore(storage);
      // An object that is idle for ten seconds of the machine's time is taken away behind our back, unless a timer runs in it.
      setInterval(() => undefined, KEPT_BY_MS);
      instance.#knows(await storage.getAlarm());
    });
    return instance;
  }

  /** Everything that an object of this name keeps goes, and whichever instance there is. */
  static async wipe(name: string, namespace: Namespace): Promise<void> {
    const old = new Instance(name, namespace, () => undefined);
    await old.inside(async (_, { storage }) => {
      await own(storage).deleteAlarm.call(storage);
      await own(storage).deleteAll.call(storage);
    });
    await old.end(null);
  }

  /** Runs where the object runs, past what is counted. */
  inside<T>(work: (object: Alarming, state: DurableObjectState) => T | Promise<T>): Promise<T> {
    return runInDurableObject(this.namespace.getByName(this.name), work as never);
  }

  #knows(alarmAt: number | null): void {
    this.alarmAt = alarmAt ?? Number.POSITIVE_INFINITY;
    this.isDropped &&= alarmAt === null;
  }

  #standBefore(storage: DurableObjectStorage): void {
    const { life } = this;
    let inTransaction = false;
    const stepping = <T>(work: () => T): T => {
      if (inTransaction) return work();
      life.step("commit", "before");
      const answer = work();
      life.step("commit", "after");
      return answer;
    };
    const exec = storage.sql.exec.bind(storage.sql);
    put(storage.sql, "exec", (query: string, ...parameters: unknown[]) => {
      life.check();
      this.#worked(parameters);
      return WRITES.test(query) ? stepping(() => exec(query, ...parameters)) : exec(query, ...parameters);
    });
    const transactionSync = storage.transactionSync.bind(storage);
    put(storage, "transactionSync", (work: () => unknown) => {
      life.check();
      if (inTransaction) return transactionSync(work);
      const answer = transactionSync(() => {
        inTransaction = true;
        try {
          const answer = work();
          life.step("commit", "before");
          return answer;
        } finally {
          inTransaction = false;
        }
      });
      life.step("commit", "after");
      return answer;
    });
    const { setAlarm, deleteAlarm } = own(storage);
    put(storage, "setAlarm", (at: number) =>
      stepping(() => {
        this.#knows(at);
        return setAlarm.call(storage, at);
      }),
    );
    put(storage, "deleteAlarm", () =>
      stepping(() => {
        this.#knows(null);
        return deleteAlarm.call(storage);
      }),
    );
  }

  #worked(parameters: readonly unknown[]): void {
    this.work.statements += 1;
    for (const one of parameters) {
      if (typeof one !== "string" || one.length * 3 <= this.work.parameterBytes) continue;
      this.work.parameterBytes = Math.max(this.work.parameterBytes, encoder.encode(one).length);
    }
  }

  /** As the platform does it: the alarm is taken, then run; at least once. */
  async alarm(): Promise<void> {
    this.#isTurning = true;
    try {
      await this.#run();
    } finally {
      this.#isTurning = false;
    }
  }

  async #run(): Promise<void> {
    const isTwice = this.doubled > 0;
    if (isTwice) this.doubled -= 1;
    await this.inside(async (object, { storage }) => {
      this.#knows(null);
      await own(storage).deleteAlarm.call(storage);
      // Every other one while the first is still at work.
      if (isTwice && this.doubled % 2 === 0) await Promise.all([object.alarm(), object.alarm()]);
      else await object.alarm();
    });
    if (isTwice && this.doubled % 2 === 1) await this.inside((object) => object.alarm());
  }

  /** The platform sets the alarm, unless the object has set one. */
  async again(atMs: number): Promise<void> {
    if (this.alarmAt === Number.POSITIVE_INFINITY) await this.bringForward(atMs);
  }

  /** Its alarm runs at that time, if not earlier. */
  async bringForward(atMs: number): Promise<void> {
    if (this.alarmAt <= atMs) return;
    this.#knows(atMs);
    await this.inside((_, { storage }) => own(storage).setAlarm.call(storage, atMs));
  }

  /** The platform loses the alarm. */
  async drop(): Promise<void> {
    this.#knows(null);
    this.isDropped = true;
    await this.inside((_, { storage }) => own(storage).deleteAlarm.call(storage));
  }

  /** It goes with its memory. @param againAt the alarm under way did not end, and is run again then; null = none is under way */
  async end(againAt: number | null): Promise<void> {
    this.life.dead = true;
    await this.inside(async (_, state) => {
      const { storage } = state;
      if (againAt !== null && (await own(storage).getAlarm.call(storage)) === null)
        await own(storage).setAlarm.call(storage, againAt);
      await storage.sync();
      state.abort("killed");
    }).catch(() => undefined);
  }
}

/** The platform's own hands. */
function own(storage: DurableObjectStorage): DurableObjectStorage {
  return Object.getPrototypeOf(storage) as DurableObjectStorage;
}

function put(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { configurable: true, value });
}
